"""What the run prints, and whether it holds."""

from collections import Counter, defaultdict
from typing import Any

from .checks import out_of_balance, undelivered
from .run import Run


def yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def report(run: Run, people: int, employers: int, books: dict[str, Any]) -> list[str]:
    """Print the run; return what does not hold, which is nothing in a good run."""
    print(f"\n{people} graduates, {employers} employers")
    print("\nfiles                       rows      ok  refused  rows/s")
    for name, job in run.jobs.items():
        pace = job["total"] / max(job["seconds"], 0.001)
        print(f"  {name:22} {job['total']:7} {job['ok']:7} {job['failed']:8} {pace:7.0f}")
    print("\noutcomes found, by measure")
    for (measure, outcome), count in sorted(run.outcomes.items()):
        print(f"  {measure:5} {outcome:13} {count:6}")
    print("\ndecisions by measure")
    for (measure, decision), count in sorted(run.decided.items()):
        print(f"  {measure:9} {decision:28} {count:6}")
    print("\nmoney by measure, yuan")
    for name in ("paid", "planned"):
        amounts: dict[str, list[int]] = defaultdict(list)
        for payment in books[name]:
            amounts[payment["measure"]].append(payment["amount_fen"])
        for measure, parts in sorted(amounts.items()):
            print(f"  {measure:5} {name:8} {len(parts):6} payments {yuan(sum(parts)):>18}")
    print(f"  batches {len(run.batches)}, {sum(count for count, _ in run.batches)} payments")
    print(f"  refused by the bank, repaired and paid: {run.repaired}")
    ledger = books["ledger"]
    print("\nledger, yuan")
    for row in ledger["accounts"]:
        print(f"  {row['kind']:10} {yuan(row['balance_fen']):>18}")
    print(f"  ledger total {yuan(ledger['total_fen'])}")
    booked = sum(line["amount_fen"] for line in books["statement"])
    print(f"  bank statement {yuan(booked)} in {len(books['statement'])} bookings")
    _events(books["events"])
    print(f"\ncodes shown and verified: {run.codes_verified}")
    _times(run)
    surprises = [f"unexpected outcome: {surprise}" for surprise in run.surprises]
    return surprises + out_of_balance(books) + undelivered(books["events"])


def _events(services: list[dict[str, Any]]) -> None:
    published = Counter[str]()
    for row in services:
        published.update(row["published"])
    print("\ndistinct events            published  consumed")
    for kind, count in sorted(published.items()):
        consumers = [row for row in services if kind in row["subscriptions"]]
        if not consumers:
            print(f"  {kind:46} {count:6}         -")
        for row in consumers:
            consumed = row["consumed"].get(kind, 0)
            print(f"  {kind:46} {count:6}    {consumed:6}  {row['service']}")


def _times(run: Run) -> None:
    print("\nseconds")
    for name, seconds in run.seconds.items():
        print(f"  {name:22} {seconds:7.1f}")
    instant = sorted(run.instant_ms)
    if instant:
        middle, late = instant[len(instant) // 2], instant[int(len(instant) * 0.99)]
        print(f"  instant decision: p50 {middle:.0f} ms, p99 {late:.0f} ms, eight callers at once")
