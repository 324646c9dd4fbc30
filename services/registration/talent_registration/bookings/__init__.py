"""Booths of employers at activities: booked, filled with vacancies, attended."""
