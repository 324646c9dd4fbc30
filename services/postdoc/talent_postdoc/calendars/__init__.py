"""What is still to be done as calendars (iCalendar): of a fellow, and of a station."""
