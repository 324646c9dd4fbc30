"""Filing lists (人才备案): an office or an employer files many people by one file."""
