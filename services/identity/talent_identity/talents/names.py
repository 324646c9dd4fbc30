"""Names: their one stored form, and how little of them is shown."""

import re
import unicodedata

MAX_NAME = 64

_COMPOUND_SURNAME = re.compile(
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|太叔"
    "|申屠|公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|令狐|百里|呼延|东郭|南门|西门|拓跋|轩辕|端木"
)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]+")
_DOTS = re.compile(r"[•‧・⋅∙･]")


def normalised_name(name: str) -> str | None:
    """Return a name in plain width with single spaces, or None when it is none.

    A name has letters, and besides only spaces, dots, apostrophes and dashes; at most 64
    characters.
    """
    plain = " ".join(unicodedata.normalize("NFKC", _DOTS.sub("·", name)).split())
    if len(plain) > MAX_NAME or not any(character.isalpha() for character in plain):
        return None
    allowed = (
        character in " ·'’.-" or unicodedata.category(character)[0] in "LM" for character in plain
    )
    return plain if all(allowed) else None


def masked_name(name: str) -> str:
    """Return the surname and stars (张小三 becomes 张**); of other scripts the initials."""
    if not _HAN.fullmatch(name):
        return " ".join(f"{word[0]}*" for word in name.split())
    if len(name) == 1:
        return "*"
    surname = 2 if len(name) > 2 and _COMPOUND_SURNAME.match(name) else 1
    return name[:surname] + "*" * (len(name) - surname)
