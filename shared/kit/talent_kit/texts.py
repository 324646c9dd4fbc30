"""Texts in both languages, as they stand in data and go over HTTP."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=r"^[^\x00]*$"),
]
"""Text for people; PostgreSQL keeps any character but NUL."""


class Bilingual(BaseModel):
    """One text in Chinese and English."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Words
    en: Words

    def in_language(self, language: str) -> str:
        return self.zh if language == "zh" else self.en
