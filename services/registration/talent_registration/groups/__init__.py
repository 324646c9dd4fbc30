"""Employees registered together by their employer (团体报名)."""
