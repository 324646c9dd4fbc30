"""Who is entitled to what, found and kept for whole populations (政策找人)."""
