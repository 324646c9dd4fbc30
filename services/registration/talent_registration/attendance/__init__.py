"""Attendance (到场): who was there, as a fact from which measures pay."""
