"""A simulated WeChat for development and tests."""
