"""Panels of experts (专家组): who may sit, how they vote remotely, and what follows from it."""
