"""What seats cost (收费): orders that are begun with a seat, and what goes back when it ends."""
