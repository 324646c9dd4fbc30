"""Identity service: who a talent is."""
