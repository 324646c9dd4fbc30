"""Recruitment plans (招收计划): how many fellows a station wants in a year."""
