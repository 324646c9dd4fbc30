"""Sessions as calendars (iCalendar): of an activity, of the caller, and as a feed."""
