"""The tables of the policy service, a module for each part of it."""

from .applications import Application, Decision
from .base import Base
from .facts import Employment, Observation, Organisation, Person, Standing
from .figures import Counted, Figure
from .library import Pack, PackVersion
from .matches import Mark, Match, MatchFigure, MatchRun, Offer, OfferClaim
from .matters import Matter
from .money import Balance, BankOrder, Budget, Claim, Counter, Payee, Payment, Transfer
from .rights import Correction, Erasure
from .settling import (
    Batch,
    BatchItem,
    Difference,
    Recovery,
    RecoveryPart,
    Statement,
    StatementLine,
)

__all__ = [
    "Application",
    "Balance",
    "BankOrder",
    "Base",
    "Batch",
    "BatchItem",
    "Budget",
    "Claim",
    "Correction",
    "Counted",
    "Counter",
    "Decision",
    "Difference",
    "Employment",
    "Erasure",
    "Figure",
    "Mark",
    "Match",
    "MatchFigure",
    "MatchRun",
    "Matter",
    "Observation",
    "Offer",
    "OfferClaim",
    "Organisation",
    "Pack",
    "PackVersion",
    "Payee",
    "Payment",
    "Person",
    "Recovery",
    "RecoveryPart",
    "Standing",
    "Statement",
    "StatementLine",
    "Transfer",
]
