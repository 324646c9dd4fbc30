"""The edge: one address for every client."""
