"""Curricula vitae (简历) that talents leave at booths: for one employer, for some months."""
