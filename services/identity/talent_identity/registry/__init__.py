"""What talents have achieved, as other services tell of it (人才库)."""
