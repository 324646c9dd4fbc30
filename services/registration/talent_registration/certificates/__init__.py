"""Certificates of attendance with continuing-education hours (学时), verifiable by everybody."""
