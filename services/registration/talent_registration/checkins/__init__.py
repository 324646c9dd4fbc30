"""Check-in (签到): scans at gates, online and brought later, and what they come to."""
