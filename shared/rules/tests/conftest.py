"""Loads the grammar before any example is timed: the first rule does that else."""

import celpy.celparser  # noqa: F401
