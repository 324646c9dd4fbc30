"""What the office does to stations: changes, model mark, suspension, merger, revocation."""
