"""Recruitment plans, the positions published under them, and the public search."""
