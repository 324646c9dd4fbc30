"""Files that people bring: kept sealed, read by their owner and for what they are used."""
