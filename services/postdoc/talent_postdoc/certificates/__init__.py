"""Certificates of the exit (出站证书), verifiable by everybody who has the number."""
