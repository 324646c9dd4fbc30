"""Who is entitled to what, and why (政策匹配)."""
