"""Gates (检票口): where an activity lets people in, the devices there, and what they must know."""
