"""Figures by city, discipline and kind, kept by the service's own events (统计)."""
