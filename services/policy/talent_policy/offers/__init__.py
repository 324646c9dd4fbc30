"""Money offered without an application, on registers' words alone (免申即享)."""
