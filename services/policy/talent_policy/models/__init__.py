"""The tables of the policy service, a module for each part of it."""

from .applications import Application, Decision
from .base import Base
from .facts import Employment, Observation, Organisation, Person
from .library import Pack, PackVersion
from .matters import Matter
from .money import BankOrder, Budget, Claim, Counter, Payee, Payment, Transfer

__all__ = [
    "Application",
    "BankOrder",
    "Base",
    "Budget",
    "Claim",
    "Counter",
    "Decision",
    "Employment",
    "Matter",
    "Observation",
    "Organisation",
    "Pack",
    "PackVersion",
    "Payee",
    "Payment",
    "Person",
    "Transfer",
]
