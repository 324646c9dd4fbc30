"""Talents and employers as identity tells of them: whose login is whose, who acts for which."""
