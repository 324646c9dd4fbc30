"""Taking over registers that were kept elsewhere: stations, and the fellows in them."""
