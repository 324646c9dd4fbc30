"""Figures by measure and region, kept by events (统计)."""
