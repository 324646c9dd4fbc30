"""Matters (事项): subjects besides persons, organisations and employments."""
