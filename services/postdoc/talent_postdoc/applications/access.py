"""Who may read applications for stations; which of them is checked with the record."""

from talent_kit.auth import SignedIn

ApplicationReader = SignedIn
"""The unit; once it is submitted, staff of the region and experts of its panel."""
