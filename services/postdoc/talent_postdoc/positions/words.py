"""What positions are found by: words of languages that have spaces, pairs of Chinese characters.

Pure. PostgreSQL reads the former with its English dictionary; of Chinese it knows no words, so that
each character and each pair of neighbours is one.
"""

import re
import unicodedata
from typing import NamedTuple

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ebef]+")
_WORD = re.compile(r"\w")


class Terms(NamedTuple):
    """A text as it is found: what has spaces, and lexemes of Chinese."""

    spaced: str
    chinese: tuple[str, ...]


def indexed(*texts: str) -> Terms:
    """Return what texts are found by."""
    plain = _plain(" ".join(texts))
    lexemes: dict[str, None] = {}
    for run in _CHINESE.findall(plain):
        lexemes.update(dict.fromkeys(run))
        lexemes.update(dict.fromkeys(_pairs(run)))
    return Terms(_CHINESE.sub(" ", plain), tuple(lexemes))


def sought(text: str) -> Terms | None:
    """Return what a search asks for; None where it says nothing."""
    plain = _plain(text)
    lexemes: dict[str, None] = {}
    for run in _CHINESE.findall(plain):
        lexemes.update(dict.fromkeys(_pairs(run) if len(run) > 1 else run))
    spaced = _CHINESE.sub(" ", plain)
    if not lexemes and not _WORD.search(spaced):
        return None
    return Terms(spaced, tuple(lexemes))


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
