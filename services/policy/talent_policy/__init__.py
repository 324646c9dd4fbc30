"""Policy service: what a talent is entitled to, and the money."""
