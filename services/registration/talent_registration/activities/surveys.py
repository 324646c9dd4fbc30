"""What an organiser asks of who was there (满意度调查): choices alone, so that they stay nobody's.

Pure: `misfit` decides from the survey and the answers alone.
"""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.texts import Bilingual

from .questions import Choice, Name

MOST = 20
"""Questions of a survey."""


class SurveyQuestion(BaseModel):
    """One question, answered by one of its choices or not at all."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Name
    label: Bilingual
    choices: list[Choice] = Field(min_length=2, max_length=10)


def names_of(survey: Sequence[SurveyQuestion]) -> list[list[str]]:
    """Return the names that must differ from one another: of questions, and of each's choices."""
    choices = [[choice.name for choice in question.choices] for question in survey]
    return [[question.name for question in survey], *choices]


def misfit(survey: Sequence[SurveyQuestion], answers: Mapping[str, str]) -> str | None:
    """Return the name of a question that is not asked, or whose answer is none of its choices."""
    asked = {each.name: {choice.name for choice in each.choices} for each in survey}
    wrong = (name for name, chosen in answers.items() if chosen not in asked.get(name, ()))
    return next(wrong, None)
