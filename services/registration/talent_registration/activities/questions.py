"""What an organiser asks of who registers (报名问题), and whether answers fit.

Pure: a question is data; `checked` decides from the questions and the answers alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Literal, NamedTuple
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError
from talent_kit.texts import Bilingual

LONGEST_NAME = 40
NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"
Name = Annotated[str, StringConstraints(pattern=NAME)]
"""By which one part of an activity's document names another."""
Kind = Literal["text", "number", "date", "choice", "choices", "yes_no", "file"]
Value = StrictBool | StrictInt | StrictFloat | StrictStr | list[StrictStr]
MOST_QUESTIONS = 50
LONGEST_TEXT = 2000

_STRICT = ConfigDict(extra="forbid", hide_input_in_errors=True)
_LARGEST = 10**15
"""Beyond it a number is no longer exact everywhere."""


class Choice(BaseModel):
    model_config = _STRICT

    name: Name
    label: Bilingual


class Condition(BaseModel):
    """That an earlier question was answered by one of some choices, or by yes or no."""

    model_config = _STRICT

    question: Name
    any_of: list[StrictBool | Name] = Field(min_length=1, max_length=50)


class Question(BaseModel):
    """A question to who claims a ticket; `tickets` names of which, none: of any."""

    model_config = _STRICT

    name: Name
    label: Bilingual
    kind: Kind
    required: bool = False
    tickets: list[Name] = Field(default_factory=list, max_length=100)
    choices: list[Choice] = Field(default_factory=list, max_length=50)
    longest: int = Field(
        default=500, ge=1, le=LONGEST_TEXT, description="Characters of a text's answer."
    )
    least: float | None = Field(default=None, ge=-_LARGEST, le=_LARGEST)
    most: float | None = Field(default=None, ge=-_LARGEST, le=_LARGEST)
    when: Condition | None = Field(
        default=None, description="It is asked only where this holds; else always."
    )

    @model_validator(mode="after")
    def _fits(self) -> "Question":
        if bool(self.choices) != (self.kind in {"choice", "choices"}):
            raise PydanticCustomError("choices_wrong", "choices stand with questions of choice")
        if len({each.name for each in self.choices}) < len(self.choices):
            raise PydanticCustomError("given_twice", "a choice stands twice")
        return self


def check_order(questions: Sequence[Question]) -> None:
    """Raise PydanticCustomError unless each condition asks for answers that came before it."""
    before: dict[str, Question] = {}
    for question in questions:
        if question.name in before:
            raise PydanticCustomError("given_twice", "a question stands twice")
        if question.when is not None:
            earlier = before.get(question.when.question)
            if earlier is None or not _possible(earlier).issuperset(question.when.any_of):
                raise PydanticCustomError("condition_wrong", "no earlier question answers so")
        before[question.name] = question


def _possible(question: Question) -> set[bool | str]:
    if question.kind == "yes_no":
        return {True, False}
    return {choice.name for choice in question.choices}


class Fault(NamedTuple):
    """What is wrong with the answer to a question; of a name that nobody asks for, `*`."""

    question: str
    code: str


def checked(
    questions: Iterable[Question], ticket: str, answers: Mapping[str, Value]
) -> tuple[dict[str, Value], list[Fault]]:
    """Return the answers that count for a ticket, and what is wrong with them.

    A question whose condition does not hold is not asked, and must not be answered.
    """
    good: dict[str, Value] = {}
    faults: list[Fault] = []
    names = set()
    for question in questions:
        names.add(question.name)
        given = answers.get(question.name)
        if not _asked(question, ticket, good):
            if given is not None:
                faults.append(Fault(question.name, "answer-not-asked"))
            continue
        if given is None or given in ("", []) or (isinstance(given, str) and not given.strip()):
            if question.required:
                faults.append(Fault(question.name, "answer-missing"))
            continue
        code = _wrong(question, given)
        if code is None:
            good[question.name] = given.strip() if isinstance(given, str) else given
        else:
            faults.append(Fault(question.name, code))
    if not names.issuperset(answers):
        faults.append(Fault("*", "answer-not-asked"))
    return good, faults


def _asked(question: Question, ticket: str, answers: Mapping[str, Value]) -> bool:
    if question.tickets and ticket not in question.tickets:
        return False
    if question.when is None:
        return True
    said = answers.get(question.when.question)
    if isinstance(said, list):
        return not set(said).isdisjoint(question.when.any_of)
    # Not `in`: what says yes must not be taken for the number one.
    return any(type(one) is type(said) and one == said for one in question.when.any_of)


def _wrong(question: Question, given: Value) -> str | None:
    """Return the code of what is wrong with an answer, or None."""
    match question.kind:
        case "yes_no":
            return None if isinstance(given, bool) else "answer-type"
        case "number":
            return _wrong_number(question, given)
        case "choices":
            if not isinstance(given, list):
                return "answer-type"
            if len(set(given)) < len(given):
                return "answer-doubled"
            return None if _possible(question).issuperset(given) else "answer-no-choice"
    if not isinstance(given, str):
        return "answer-type"
    if question.kind == "choice":
        return None if given in _possible(question) else "answer-no-choice"
    if question.kind == "date":
        return None if _is_date(given) else "answer-type"
    if question.kind == "file":
        return None if is_id(given) else "answer-type"
    if "\0" in given:
        return "answer-type"
    return None if len(given.strip()) <= question.longest else "answer-too-long"


def _wrong_number(question: Question, given: Value) -> str | None:
    if isinstance(given, bool) or not isinstance(given, int | float):
        return "answer-type"
    least = -_LARGEST if question.least is None else question.least
    most = _LARGEST if question.most is None else question.most
    return None if least <= given <= most else "answer-out-of-range"


def files_named(questions: Iterable[Question], answers: Mapping[str, Value]) -> dict[str, UUID]:
    """Return the files that answers name which fit, by the names of their questions."""
    return {
        one.name: UUID(str(answers[one.name]))
        for one in questions
        if one.kind == "file" and one.name in answers
    }


def is_id(text: Value) -> bool:
    """Tell whether an answer is written like the id of a file."""
    if not isinstance(text, str):
        return False
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
