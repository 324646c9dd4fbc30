"""How often the tests that kill at random moments are played."""

import os

SEEDS = range(1, int(os.environ.get("FAULT_SEEDS", "1")) + 1)
"""One by default; `make faults` tries twenty."""
