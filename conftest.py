"""Fixtures of the whole workspace come from the kit's own plugin."""

pytest_plugins = ["talent_kit.testing.plugin"]
