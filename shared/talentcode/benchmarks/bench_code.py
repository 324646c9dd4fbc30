"""Measures signing, verifying and drawing; prints JSON, milliseconds a call on one core."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from talent_code import (
    CodeClaims,
    KeySet,
    SigningKey,
    decode,
    encode,
    new_number,
    parse_number,
    qr_png,
    qr_svg,
)

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAY = timedelta(days=1)


def measured(call: Callable[[], object], calls: int) -> dict[str, float]:
    """Median and 99th percentile in milliseconds."""
    times = []
    for _ in range(calls):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    percentiles = statistics.quantiles(times, n=100)
    return {"p50_ms": round(statistics.median(times), 4), "p99_ms": round(percentiles[98], 4)}


def main() -> None:
    """Measure everything at the largest legal claims."""
    key = SigningKey.generate("FJ-35070", NOW - DAY, NOW + 365 * DAY)
    keys = KeySet([key.verifying_key])
    number = new_number()
    claims = CodeClaims.static(
        issuer="FJ-35070",
        number=number,
        serial=2**32 - 1,
        issued_at=NOW,
        last_day=date(2027, 11, 19),
    )
    text = encode(claims, key)
    calls: list[tuple[str, Callable[[], object], int]] = [
        ("new_number", new_number, 5000),
        ("parse_number", lambda: parse_number(number), 5000),
        ("encode", lambda: encode(claims, key), 5000),
        ("decode", lambda: decode(text, keys, NOW), 5000),
        ("qr_svg", lambda: qr_svg(text), 100),
        ("qr_png", lambda: qr_png(text), 100),
    ]
    results = {name: measured(call, count) for name, call, count in calls}
    json.dump({"text_characters": len(text), **results}, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
