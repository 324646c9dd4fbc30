"""Talents as identity tells of them: whose login is whose, and where they live."""
