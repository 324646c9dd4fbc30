"""Pictures of activities: put into a draft, public with its publication."""
