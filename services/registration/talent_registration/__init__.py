"""The registration service: activities, their seats, and who has them."""
