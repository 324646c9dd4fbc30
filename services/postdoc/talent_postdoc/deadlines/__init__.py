"""Days by which somebody has to act: kept, reminded of ahead, escalated when missed."""
