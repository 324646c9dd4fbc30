"""Employers: organisations by their social credit code, and the logins that act for them."""
