"""A package, so that its platform ends with the last of its tests."""
