"""Figures of the rules, dated and set by region: periods, sizes, numbers."""
