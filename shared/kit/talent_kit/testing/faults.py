"""How much is tried by the tests that kill or guess at random."""

import os

SEEDS = range(1, int(os.environ.get("FAULT_SEEDS", "1")) + 1)
"""One by default; `make faults` tries twenty."""
