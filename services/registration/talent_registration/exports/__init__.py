"""Lists of who is registered, as files for a spreadsheet."""
