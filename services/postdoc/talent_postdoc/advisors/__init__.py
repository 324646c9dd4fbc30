"""Advisors (合作导师) of stations: their titles, how many fellows each may guide and does."""
