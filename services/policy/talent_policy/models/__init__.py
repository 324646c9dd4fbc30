"""The tables of the policy service, a module for each part of it."""

from .applications import Application, Decision
from .base import Base
from .facts import Employment, Observation, Organisation, Person
from .library import Pack, PackVersion
from .money import BankOrder, Budget, Claim, Payee, Payment, Transfer

__all__ = [
    "Application",
    "BankOrder",
    "Base",
    "Budget",
    "Claim",
    "Decision",
    "Employment",
    "Observation",
    "Organisation",
    "Pack",
    "PackVersion",
    "Payee",
    "Payment",
    "Person",
    "Transfer",
]
