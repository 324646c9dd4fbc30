"""The identity service: who a talent is, who employs them, and the code they show."""
