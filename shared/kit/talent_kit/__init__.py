"""What every Talent Cloud service does alike."""
