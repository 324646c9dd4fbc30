"""A simulated bank for development and tests."""
