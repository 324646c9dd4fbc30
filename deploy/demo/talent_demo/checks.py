"""What must hold of the books and the events, whatever the platform has been through."""

from collections import Counter
from typing import Any


def out_of_balance(books: dict[str, Any]) -> list[str]:
    """Return where ledger, bank statement and payments contradict each other."""
    ledger, lines = books["ledger"], books["statement"]
    wrong = []
    if ledger["total_fen"] != 0:
        wrong.append("the ledger does not sum to zero")
    if _balance(books, "bank") != sum(line["amount_fen"] for line in lines):
        wrong.append("the bank's statement differs from the ledger")
    if len({line["order_id"] for line in lines}) != len(lines):
        wrong.append("the bank booked an order twice")
    paid = Counter((payment["application_id"], payment["instalment"]) for payment in books["paid"])
    wrong += [f"{of} is paid {times} times" for of, times in paid.items() if times > 1]
    return wrong


def unsettled(books: dict[str, Any]) -> list[str]:
    """Return what is open where all that was owed should be paid, and nothing was recovered."""
    wrong = []
    if not books["paid"]:
        wrong.append("nothing is paid")
    if owed := _balance(books, "payable"):
        wrong.append(f"{owed} fen are owed still")
    if sum(payment["amount_fen"] for payment in books["paid"]) != _balance(books, "bank"):
        wrong.append("the payments differ from the ledger")
    return wrong


def undelivered(services: list[dict[str, Any]]) -> list[str]:
    """Return where a subscriber has not consumed each event exactly once."""
    published = Counter[str]()
    for row in services:
        published.update(row["published"])
    wrong = []
    for row in services:
        wrong += [f"{row['service']} parked {row['parked']}"] if row["parked"] else []
        wrong += [f"{row['service']} keeps {row['waiting']}"] if row["waiting"] else []
        wrong += [
            f"{row['service']} consumed {consumed} of {published[kind]} {kind}"
            for kind in row["subscriptions"]
            if (consumed := row["consumed"].get(kind, 0)) != published[kind]
        ]
    return wrong


def _balance(books: dict[str, Any], account: str) -> int:
    balances = {row["kind"]: row["balance_fen"] for row in books["ledger"]["accounts"]}
    return int(balances.get(account, 0))
