"""A payment provider that does what the test says, and keeps books: by number and by refund."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

from talent_kit.calls import CallFailed
from talent_registration.payments.provider import LineSeen, OrderSeen, PaidSeen


class Closed(Exception):  # noqa: N818 - a state of the order
    """Nobody can pay that any more."""


class ScriptedProvider:
    """`deaf` answers nothing and does nothing, `mute` does what it is asked and says nothing."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.orders: dict[UUID, OrderSeen] = {}
        self.refunds: dict[UUID, tuple[UUID, int, datetime]] = {}
        self.lines: list[LineSeen] = []
        self.asked: list[str] = []
        self.deaf = self.mute = self.slow = False
        """`slow` takes a refund and makes it when it is asked again."""

    def pay(self, due: dict[str, Any], fen: int | None = None) -> OrderSeen:
        """Pay what an address asks for, or some other amount; raises Closed."""
        asked = dict(parse_qsl(urlsplit(due["address"]).query))
        number = UUID(asked["n"])
        order = self.orders.get(number) or OrderSeen(number=number, status="open", payments=[])
        if order.status == "closed" or self.now().timestamp() >= int(asked["u"]):
            raise Closed
        self.orders[number] = order
        order.status = "paid"
        payment = PaidSeen(
            payment_id=uuid4(),
            amount_fen=int(asked["a"]) if fen is None else fen,
            paid_at=self.now(),
        )
        order.payments.append(payment)
        self._line("paid", payment.payment_id, number, payment.amount_fen)
        return order

    async def ask(self, order_id: UUID) -> OrderSeen | None:
        self._heard("ask")
        found = self.orders.get(order_id)
        return self._said(found.model_copy(deep=True) if found else None)

    async def end(self, order_id: UUID) -> OrderSeen:
        self._heard("end")
        order = self.orders.setdefault(
            order_id, OrderSeen(number=order_id, status="closed", payments=[])
        )
        if order.status == "open":
            order.status = "closed"
        return self._said(order.model_copy(deep=True))

    async def refund(self, refund_id: UUID, payment_id: UUID, amount_fen: int) -> datetime | None:
        self._heard("refund")
        if refund_id not in self.refunds:
            (number, paid) = next(
                (order.number, one.amount_fen)
                for order in self.orders.values()
                for one in order.payments
                if one.payment_id == payment_id
            )
            back = sum(fen for paid_by, fen, _ in self.refunds.values() if paid_by == payment_id)
            assert back + amount_fen <= paid, "more would go back than was paid"
            self.refunds[refund_id] = payment_id, amount_fen, self.now()
            self._line("refunded", refund_id, number, amount_fen)
            if self.slow:
                return None
        known = self.refunds[refund_id]
        assert known[:2] == (payment_id, amount_fen), "the same number with other content"
        return self._said(known[2])

    async def statement(
        self, since: datetime, before: datetime
    ) -> AsyncIterator[Sequence[LineSeen]]:
        self._heard("statement")
        found = [line for line in self.lines if since <= line.booked_at < before]
        for start in range(0, len(found), 2):
            yield found[start : start + 2]

    async def close(self) -> None:
        return

    def net(self, number: str) -> int:
        """Return what is left of what came for an order."""
        return sum(
            line.amount_fen if line.kind == "paid" else -line.amount_fen
            for line in self.lines
            if str(line.order_id) == number
        )

    def _line(self, kind: Any, reference: UUID, number: UUID, fen: int) -> None:
        if fen > 0:
            position = len(self.lines) + 1
            self.lines.append(LineSeen(position, kind, reference, number, fen, self.now()))

    def _heard(self, what: str) -> None:
        self.asked.append(what)
        if self.deaf:
            raise CallFailed

    def _said(self, answer: Any) -> Any:
        if self.mute:
            raise CallFailed
        return answer
