"""`make bench`: run every benchmark, hold its figures against the goals, keep them as JSON.

A figure that misses its goal is said so and fails nothing: machines are noisy.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
OUT = ROOT / "build" / "bench.json"

GOALS: dict[str, dict[str, tuple[str, float]]] = {
    "bench_applying": {"all.statements": ("<=", 52)},
    "bench_rules": {"two_measures_us": ("<=", 100), "pack_us": ("<=", 300)},
    "bench_gateway": {"ratio": ("<=", 5)},
    "bench_code": {"decode.p50_ms": ("<=", 0.5)},
    "bench_import": {
        "rows_10000.new_rows_per_second": (">=", 2_000),
        "rows_100000.new_rows_per_second": (">=", 2_000),
        "rows_100000.grown_mb": ("<=", 150),
    },
    "bench_matching": {
        "whole_eligible_with_reasons_us": ("<=", 300),
        "whole_unknown_with_reasons_us": ("<=", 300),
    },
    "bench_population": {
        "matched_per_second": (">=", 1_500),
        "change_seen_longest_s": ("<=", 2),
    },
    "bench_deadlines": {
        "seconds": ("<=", 5),
        "day_seconds": ("<=", 5),
        "update.beside.p99_ms": ("<=", 250),
    },
    "bench_verification": {"share": (">=", 0.1)},
    "bench_flood": {
        "flood.seats_per_second": (">=", 1_200),
        "flood.oversold": ("<=", 0),
        "flood.undersold": ("<=", 0),
        "flood.unanswered": ("<=", 0),
        "paced.p99_ms": ("<=", 500),
    },
    "bench_checkin": {
        "full.a_second": (">=", 400),
        "paced.p95_ms": ("<=", 30),
        "brought.seconds": ("<=", 5),
        "alone.p95_ms": ("<=", 5),
        "attendance.missing": ("<=", 0),
    },
    "bench_positions": {"p95_ms": ("<=", 20)},
    "bench_kafka": {
        "relay_share_of_copy": (">=", 0.1),
        "commit_to_consumer.p99_ms": ("<=", 50),
    },
    "bench_figures": {"read.p95_ms": ("<=", 100)},
    "bench_evaluations": {"open_s": ("<=", 10)},
    "bench_stack": {"idle_mib": ("<=", 1_600 * 1_000_000 / 2**20)},
    "bench_money": {"share_twenty_budgets": (">=", 0.3), "share_one_budget": (">=", 0.12)},
}
"""By benchmark: the figure, by its place in the JSON, and what it should be."""


def main() -> int:
    figures: dict[str, Any] = {}
    missed = []
    for script in sorted(
        [*ROOT.glob("*/benchmarks/bench_*.py"), *ROOT.glob("*/*/benchmarks/bench_*.py")]
    ):
        print(f"# {script.relative_to(ROOT)}", flush=True)
        done = subprocess.run(
            [sys.executable, script], check=False, stdout=subprocess.PIPE, text=True
        )
        if done.returncode != 0:
            print(f"{script.name} ended with {done.returncode}", file=sys.stderr)
            return 1
        print(done.stdout)
        found = figures[script.stem] = json.loads(done.stdout)
        if not found:
            missed.append(f"{script.stem} (not measured)")
            continue
        for place, (relation, goal) in GOALS.get(script.stem, {}).items():
            if "skipped" in found:
                print(f"  goal: {place} {relation} {goal}: NOT MEASURED, {found['skipped']}\n")
                missed.append(f"{script.stem}.{place}")
                continue
            figure = _at(found, place)
            holds = figure <= goal if relation == "<=" else figure >= goal
            print(f"  goal: {place} {relation} {goal}: {'holds' if holds else 'MISSED'}\n")
            missed += [] if holds else [f"{script.stem}.{place}"]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"figures": figures, "missed": missed}, indent=2) + "\n")
    print(f"written to {OUT.relative_to(ROOT)}; missed: {', '.join(missed) or 'none'}")
    return 0


def _at(figures: Any, place: str) -> float:
    for name in place.split("."):
        figures = figures[name]
    return float(figures)


if __name__ == "__main__":
    raise SystemExit(main())
