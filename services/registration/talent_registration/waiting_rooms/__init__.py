"""Waiting rooms before an opening: who entered in time is let in by an order that was drawn."""
