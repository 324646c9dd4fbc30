"""Drives the public interface from registration to payment."""
