"""A bank that does what the test says, and keeps books as a bank does: by order id."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from talent_kit.calls import CallFailed
from talent_policy.disbursements.bank import (
    Answers,
    BankAnswer,
    BankLine,
    BankTransfer,
)

Step = Callable[["ScriptedBank", BankTransfer], BankAnswer]


def books(bank: "ScriptedBank", transfer: BankTransfer) -> BankAnswer:
    return bank.book(transfer, transfer.amount_fen)


def refuses(bank: "ScriptedBank", transfer: BankTransfer) -> BankAnswer:
    answer = BankAnswer("refused", transfer.amount_fen, "account_closed")
    return bank.known.setdefault(transfer.order_id, answer)


def books_but_stays_silent(bank: "ScriptedBank", transfer: BankTransfer) -> BankAnswer:
    books(bank, transfer)
    raise CallFailed


def never_hears_it(bank: "ScriptedBank", transfer: BankTransfer) -> BankAnswer:
    raise CallFailed


def books_less(bank: "ScriptedBank", transfer: BankTransfer) -> BankAnswer:
    return bank.book(transfer, transfer.amount_fen - 1)


def books_more(bank: "ScriptedBank", transfer: BankTransfer) -> BankAnswer:
    return bank.book(transfer, transfer.amount_fen + 1)


def books_to_another(bank: "ScriptedBank", transfer: BankTransfer) -> BankAnswer:
    return bank.book(transfer, transfer.amount_fen, mask="****0000")


def books_later(bank: "ScriptedBank", transfer: BankTransfer) -> BankAnswer:
    answer = BankAnswer("pending", transfer.amount_fen)
    return bank.known.setdefault(transfer.order_id, answer)


class ScriptedBank:
    """Takes its steps in order, one per order, then books.

    A step that raises CallFailed leaves its order out of the answer. `now` is its clock.
    """

    def __init__(self, *steps: Step, now: Callable[[], datetime] | None = None) -> None:
        self.steps = list(steps)
        self.known: dict[UUID, BankAnswer] = {}
        self.sent: list[BankTransfer] = []
        self.asked: list[UUID] = []
        self.messages: list[int] = []
        """How many orders each message held."""
        self.lines: list[BankLine] = []
        self.deaf = False
        """No answer at all, to anything."""
        self._now = now or (lambda: datetime.now(UTC))

    async def send(self, transfers: Sequence[BankTransfer]) -> Answers:
        self.messages.append(len(transfers))
        answers: dict[UUID, BankAnswer] = {}
        for transfer in transfers:
            self.sent.append(transfer)
            step = self.steps.pop(0) if self.steps else books
            try:
                answers[transfer.order_id] = step(self, transfer)
            except CallFailed:
                continue
        if self.deaf:
            raise CallFailed
        return answers

    async def ask(self, order_ids: Sequence[UUID]) -> Answers:
        self.asked.extend(order_ids)
        if self.deaf:
            raise CallFailed
        return {one: self.known[one] for one in order_ids if one in self.known}

    async def statement(self, since: datetime, before: datetime) -> AsyncIterator[list[BankLine]]:
        if self.deaf:
            raise CallFailed
        found = [line for line in self.lines if since <= line.booked_at < before]
        for start in range(0, len(found), 2):
            yield found[start : start + 2]

    async def close(self) -> None:
        return

    def book(self, transfer: BankTransfer, amount_fen: int, mask: str | None = None) -> BankAnswer:
        """Book an order once, on the statement too."""
        if transfer.order_id not in self.known:
            at = self._now()
            self.known[transfer.order_id] = BankAnswer("booked", amount_fen, None, at)
            self.line(
                "out",
                amount_fen,
                order_id=transfer.order_id,
                mask=mask or f"****{transfer.account[-4:]}",
            )
        return self.known[transfer.order_id]

    def line(
        self,
        direction: str,
        amount_fen: int,
        *,
        order_id: UUID | None = None,
        reference: str | None = None,
        mask: str | None = None,
        ago: timedelta = timedelta(),
    ) -> None:
        """Put a line on the statement."""
        self.lines.append(
            BankLine(
                position=len(self.lines) + 1,
                direction="in" if direction == "in" else "out",
                order_id=order_id,
                reference=reference,
                amount_fen=amount_fen,
                account_mask=mask,
                booked_at=self._now() - ago,
            )
        )

    @property
    def booked(self) -> int:
        """What left, less what came in."""
        return sum(
            line.amount_fen if line.direction == "out" else -line.amount_fen for line in self.lines
        )
