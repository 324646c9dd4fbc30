"""Staff of regions: appointing, changing and dismissing them."""
