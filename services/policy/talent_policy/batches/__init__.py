"""Owed payments that go to the bank together, made by one and released by another (批次)."""
