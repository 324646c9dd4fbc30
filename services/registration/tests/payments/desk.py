"""An activity whose tickets cost something, and people who pay for them."""

import hmac
import json
from datetime import timedelta
from typing import Any

from ..world import PAYMENTS_SECRET, Caller, World, ticket
from .scripted_provider import ScriptedProvider

PRICE = 5_000


class Desk:
    def __init__(self, world: World, provider: ScriptedProvider) -> None:
        self.world, self.provider = world, provider

    async def open(self, **changes: Any) -> dict[str, Any]:
        """An activity with a hall of three seats that cost something each."""
        given = {"tickets": [ticket(price_fen=PRICE)], "offer_minutes": 60}
        return await self.world.published(**given | changes)

    async def due(self, person: Caller, activity: dict[str, Any], ticket: int = 0) -> Any:
        """Claim a seat that is to be paid for; return what is due."""
        answer = await person.claim(activity, ticket)
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "awaiting_payment", answer.text
        return answer.json()["payment"]

    async def seat(self, person: Caller, activity: dict[str, Any], ticket: int = 0) -> Any:
        """Claim a seat and pay for it; return what was due."""
        due = await self.due(person, activity, ticket)
        assert (await self.tell(self.provider.pay(due))).status_code == 204
        assert await person.state(activity) == "confirmed"
        return due

    async def tell(self, seen: Any, *, late: float = 0, **headers: str) -> Any:
        """Send a notice as the provider does; `late` is how old its signature is, in seconds."""
        body = seen if isinstance(seen, bytes) else seen.model_dump_json().encode()
        at = int(self.world.running.clock.now().timestamp() - late)
        digest = hmac.digest(PAYMENTS_SECRET.encode(), f"notice\n{at}\n".encode() + body, "sha256")
        signed = {"Payments-Signature": f"t={at},v1={digest.hex()}"} | headers
        return await self.world.running.client.post(
            "/v1/payment-notices", content=body, headers=signed
        )

    async def later(self, **by: float) -> None:
        """Time passes, and what is due by itself is done."""
        self.world.running.clock.move(timedelta(**by))
        await self.world.due()

    async def money(self, person: Caller, due: Any) -> tuple[int, int, list[tuple[int, str, str]]]:
        """Return what somebody paid, got back, and their refunds: amount, reason, state."""
        (row,) = await self.world.rows(
            "SELECT registration_id FROM payment_order WHERE id = CAST(:id AS uuid)",
            id=due["order_id"],
        )
        path = f"/v1/registrations/{row.registration_id}/payment"
        answer = (await self.world.send("GET", path, person.headers)).json()
        refunds = [(one["amount_fen"], one["reason"], one["status"]) for one in answer["refunds"]]
        return answer["paid_fen"], answer["refunded_fen"], refunds

    async def figures(self, activity: dict[str, Any]) -> tuple[int, ...]:
        """Return what is due, was paid, goes back, went back at an activity."""
        path = f"/v1/activities/{activity['id']}/payments"
        shown = (await self.world.send("GET", path, self.world.organiser())).json()
        return tuple(shown[f"{name}_fen"] for name in ("due", "paid", "refunding", "refunded"))

    async def events(self) -> list[str]:
        """Return the last parts of the types of what was told of registrations."""
        rows = await self.world.rows("SELECT value FROM outbox ORDER BY position")
        kinds = [json.loads(row.value)["type"] for row in rows]
        return [kind.split(".")[3] for kind in kinds if kind.split(".")[2] == "registration"]
