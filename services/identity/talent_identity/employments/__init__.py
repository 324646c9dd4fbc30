"""Employments: declared by the talent, confirmed by the employer."""
