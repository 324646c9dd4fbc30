"""The rule language of Talent Cloud: CEL text to compiled, three-valued, explained rules."""

from .amounts import split_amount
from .calendar import WorkingCalendar
from .environment import Environment
from .errors import FactValueError, RegionError, RuleError, UnknownYear
from .expression import LANGUAGE_VERSION, Expression, compile_expression
from .functions import FUNCTIONS, Function
from .measures import (
    Evaluation,
    Measure,
    Outcome,
    Referral,
    Requirement,
    RequirementResult,
    State,
    Verdict,
    evaluate,
)
from .parsing import Limits
from .regions import Region, RegionTree
from .types import FactType, Unknown, Value
from .vocabulary import Fact, Vocabulary

__all__ = [
    "FUNCTIONS",
    "LANGUAGE_VERSION",
    "Environment",
    "Evaluation",
    "Expression",
    "Fact",
    "FactType",
    "FactValueError",
    "Function",
    "Limits",
    "Measure",
    "Outcome",
    "Referral",
    "Region",
    "RegionError",
    "RegionTree",
    "Requirement",
    "RequirementResult",
    "RuleError",
    "State",
    "Unknown",
    "UnknownYear",
    "Value",
    "Verdict",
    "Vocabulary",
    "WorkingCalendar",
    "compile_expression",
    "evaluate",
    "split_amount",
]
