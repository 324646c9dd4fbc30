"""The events that Talent Cloud services exchange."""
