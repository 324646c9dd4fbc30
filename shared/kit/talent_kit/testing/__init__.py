"""What tests of every service need: real PostgreSQL, as pytest fixtures."""
