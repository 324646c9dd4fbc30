"""What is known of persons, organisations and employments (事实)."""
