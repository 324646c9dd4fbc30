"""The bank's statement of each day, compared with our books (对账)."""
