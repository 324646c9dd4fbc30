"""What people may ask of the service about themselves, and what is left after an erasure."""
