"""A bank that does what the test says, and keeps books as a bank does: by order id."""

from collections.abc import Callable
from uuid import UUID

from talent_policy.disbursements.bank import BankAnswer, BankTransfer, BankUnknown

Step = Callable[["ScriptedBank", BankTransfer], BankAnswer]


def books(bank: "ScriptedBank", transfer: BankTransfer) -> BankAnswer:
    answer = BankAnswer("booked", transfer.amount_fen)
    return bank.known.setdefault(transfer.order_id, answer)


def refuses(bank: "ScriptedBank", transfer: BankTransfer) -> BankAnswer:
    answer = BankAnswer("refused", transfer.amount_fen, "account_closed")
    return bank.known.setdefault(transfer.order_id, answer)


def books_but_stays_silent(bank: "ScriptedBank", transfer: BankTransfer) -> BankAnswer:
    books(bank, transfer)
    raise BankUnknown


def never_hears_it(bank: "ScriptedBank", transfer: BankTransfer) -> BankAnswer:
    raise BankUnknown


def books_another_amount(bank: "ScriptedBank", transfer: BankTransfer) -> BankAnswer:
    answer = BankAnswer("booked", transfer.amount_fen - 1)
    return bank.known.setdefault(transfer.order_id, answer)


class ScriptedBank:
    """Takes its steps in order, then books."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.known: dict[UUID, BankAnswer] = {}
        self.sent: list[BankTransfer] = []
        self.asked: list[UUID] = []

    async def send(self, transfer: BankTransfer) -> BankAnswer:
        self.sent.append(transfer)
        step = self.steps.pop(0) if self.steps else books
        return step(self, transfer)

    async def ask(self, order_id: UUID) -> BankAnswer | None:
        self.asked.append(order_id)
        return self.known.get(order_id)

    async def close(self) -> None:
        return

    @property
    def booked(self) -> int:
        return sum(answer.amount_fen for answer in self.known.values() if answer.status == "booked")
