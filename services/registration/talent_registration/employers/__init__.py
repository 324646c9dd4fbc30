"""Employers as identity tells of them: who may act for which."""
