"""Fixtures of the whole workspace come from the kit's own plugin."""

from hypothesis import settings

pytest_plugins = ["talent_kit.testing.plugin"]

# A machine that is slow for a moment has found no fault: speed is shown by benchmarks.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
