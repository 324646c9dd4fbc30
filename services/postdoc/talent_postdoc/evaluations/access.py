"""Who may do what with evaluations; which of them is checked with the record."""

from talent_kit.auth import SignedIn

from ..stations.access import StationOffice, UnitAgent, UnitOrOffice

EvaluationOffice = StationOffice
"""The office that opened the round."""

EvaluatedUnit = UnitAgent
"""The unit of the station."""

EvaluationLister = UnitOrOffice

EvaluationReader = SignedIn
"""The unit, staff of the region, and experts of the panel, whoever they are elsewhere."""

Objector = SignedIn
"""Everybody who signs in may object to what is published."""
