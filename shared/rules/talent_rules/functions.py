"""The functions a rule may call: one table, from which the documentation is published too.

Each docstring states the convention and its source. A function that has no answer raises NoAnswer,
ValueError, OverflowError or UnknownYear; the expression is then unknown, or does not compile where
all arguments are constants.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - `date` is the rule function
from enum import StrEnum
from inspect import getdoc
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from . import spans
from .environment import Environment
from .errors import NoAnswer
from .types import FactType
from .vocabulary import DAY

Types: TypeAlias = tuple[FactType, ...]

INT: Types = (FactType.INT,)
DATE: Types = (FactType.DATE,)
MONEY: Types = (FactType.MONEY,)
REGION: Types = (FactType.REGION,)
STRING_LIST: Types = (FactType.STRING_LIST,)
ORDERED: Types = (FactType.INT, FactType.MONEY, FactType.DATE)


class Needs(StrEnum):
    """What a function looks at besides its arguments."""

    NOTHING = "nothing"
    REGIONS = "regions"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Function:
    """A rule function: what it takes and gives, and how it counts.

    `returns` None means the arguments' common type; `variadic` repeats the last parameter at will;
    `literal` asks for arguments that are written out in the rule.
    """

    name: str
    parameters: Mapping[str, Types]
    returns: FactType | None
    doc: str
    label_zh: str
    call: Callable[..., Any]
    needs: Needs = Needs.NOTHING
    variadic: bool = False
    literal: bool = False

    @property
    def signature(self) -> str:
        """For people, such as `age(birth: date, on: date) -> int`."""
        taken = [f"{name}: {' | '.join(types)}" for name, types in self.parameters.items()]
        more = ", ..." if self.variadic else ""
        given = "the same type" if self.returns is None else self.returns
        return f"{self.name}({', '.join(taken)}{more}) -> {given}"


_table: dict[str, Function] = {}
FUNCTIONS: Mapping[str, Function] = MappingProxyType(_table)
"""Every function of the language by name."""

F = TypeVar("F", bound=Callable[..., Any])


def _function(
    label_zh: str,
    returns: FactType | None,
    *,
    needs: Needs = Needs.NOTHING,
    variadic: bool = False,
    literal: bool = False,
    **parameters: Types,
) -> Callable[[F], F]:
    def register(call: F) -> F:
        name = call.__name__.rstrip("_")
        _table[name] = Function(
            name=name,
            parameters=MappingProxyType(parameters),
            returns=returns,
            doc=getdoc(call) or "",
            label_zh=label_zh,
            call=call,
            needs=needs,
            variadic=variadic,
            literal=literal,
        )
        return call

    return register


@_function("写定的日期", FactType.DATE, literal=True, text=(FactType.STRING,))
def date(text: str) -> Date:
    """A date written out as "YYYY-MM-DD"."""
    if not DAY.fullmatch(text):
        raise ValueError("a date is written YYYY-MM-DD")
    return Date.fromisoformat(text)


@_function("以元计的金额", FactType.MONEY, yuan=INT)
def yuan(yuan: int) -> int:
    """Money from whole yuan; money is kept in fen."""
    return yuan * 100


@_function("周岁", FactType.INT, birth=DATE, on=DATE)
def age(birth: Date, on: Date) -> int:
    """Completed years of age (周岁).

    A year is completed on the birthday itself, as civil practice counts (criminal law counts from
    the day after). A birthday on 29 February is completed on 1 March in common years. "35 or under"
    includes the number (Civil Code art. 1259): it is `age(...) < 36` and ends with the 36th
    birthday.
    """
    return spans.elapsed_years(birth, on)


@_function("已满年数", FactType.INT, start=DATE, end=DATE)
def years(start: Date, end: Date) -> int:
    """Full calendar years elapsed, an anniversary counting from its own day on.

    From 2021-07-01, two years are full on 2023-07-01 and not the day before. The anniversary of
    29 February is 1 March in common years. Negative when `end` comes first. Never days divided.
    """
    return spans.elapsed_years(start, end)


@_function("期限年数（含末日）", FactType.INT, first_day=DATE, last_day=DATE)
def term_years(first_day: Date, last_day: Date) -> int:
    """Full years of a term that includes its last day, such as a labour contract.

    It is n years when the day after the last day is not before the n-th anniversary of the first:
    2021-07-01 to 2024-06-30 is three years (届满 includes the number, Civil Code art. 1259).
    """
    return spans.term_years(first_day, last_day)


@_function("已满月数", FactType.INT, start=DATE, end=DATE)
def months(start: Date, end: Date) -> int:
    """Full calendar months elapsed, counted like `years`.

    A day that a month does not have counts from the first of the next month on: from 31 January,
    one month is full on 1 March. Negative when `end` comes first.
    """
    return spans.elapsed_months(start, end)


@_function("加若干年", FactType.DATE, day=DATE, count=INT)
def add_years(day: Date, count: int) -> Date:
    """The anniversary `count` years later; of 29 February it is 1 March in common years."""
    return spans.plus_months(day, 12 * count)


@_function("加若干月", FactType.DATE, day=DATE, count=INT)
def add_months(day: Date, count: int) -> Date:
    """The same day `count` months later, or the first of the next month where that day is missing.

    The counterpart of `months`: the first day on which so many months are full.
    """
    return spans.plus_months(day, count)


@_function("年份", FactType.INT, day=DATE)
def year(day: Date) -> int:
    """The calendar year of a date."""
    return day.year


@_function("属于某地区", FactType.BOOL, needs=Needs.REGIONS, region=REGION, ancestor=REGION)
def within(env: Environment, region: str, ancestor: str) -> bool:
    """Whether a region is the other one or lies in it at `as_of`, by the dated tree of regions.

    Never by the digits of a code. A code that has ended stands for its successor. A code that the
    tree does not know at that date gives no answer, nor does a region that holds the other one: the
    place meant may or may not lie in it.
    """
    answer = env.regions.within(region, ancestor, env.as_of)
    if answer is None:
        raise NoAnswer
    return answer


@_function(
    "属于所列地区之一", FactType.BOOL, needs=Needs.REGIONS, region=REGION, ancestors=STRING_LIST
)
def within_any(env: Environment, region: str, ancestors: tuple[str, ...]) -> bool:
    """Whether a region is one of those listed or lies in one of them, each as by `within`.

    No answer where it lies in none of them for certain and one of them gives no answer.
    """
    answers = [env.regions.within(region, ancestor, env.as_of) for ancestor in ancestors]
    if True in answers:
        return True
    if None in answers:
        raise NoAnswer
    return False


@_function("按比例取额", FactType.MONEY, amount=MONEY, numerator=INT, denominator=INT)
def share(amount: int, numerator: int, denominator: int) -> int:
    """A fraction of an amount, such as `share(x, 2, 100)` for 2 percent, rounded down to the fen.

    Rounded down, because a document that grants a share never grants more than it. No answer for a
    negative numerator or a denominator that is not positive.
    """
    if numerator < 0 or denominator <= 0:
        raise NoAnswer
    return amount * numerator // denominator


@_function("最小值", None, variadic=True, value=ORDERED, other=ORDERED)
def min_(*values: Any) -> Any:
    """The least of two or more numbers, amounts or dates; a cap is `min(amount, cap)`."""
    return min(values)


@_function("最大值", None, variadic=True, value=ORDERED, other=ORDERED)
def max_(*values: Any) -> Any:
    """The greatest of two or more numbers, amounts or dates."""
    return max(values)


@_function("工作日数", FactType.INT, needs=Needs.CALENDAR, start=DATE, end=DATE)
def working_days(env: Environment, start: Date, end: Date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` comes first.

    By the State Council's holiday notices, make-up weekends included. The day on which a period
    begins does not count (Civil Code art. 201). A year without a loaded notice gives no answer.
    """
    return env.calendar.count(start, end)


@_function("加若干工作日", FactType.DATE, needs=Needs.CALENDAR, start=DATE, count=INT)
def add_working_days(env: Environment, start: Date, count: int) -> Date:
    """The `count`-th working day after `start`, and `start` itself for 0.

    Counted like `working_days`. No answer for a negative count or a year without a loaded notice.
    """
    return env.calendar.add(start, count)
