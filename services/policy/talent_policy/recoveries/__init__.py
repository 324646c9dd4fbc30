"""Money that must come back: ordered by two persons, repaid through the bank (追回)."""
