"""What deadlines are called."""

from talent_kit.texts import Bilingual

KINDS = {
    "opening_report": Bilingual(zh="开题报告", en="Opening report"),
    "evaluation_declaration": Bilingual(zh="评估自评填报", en="Figures for the evaluation"),
    "mending": Bilingual(zh="警告整改", en="Mending what a warning is about"),
    "midterm": Bilingual(zh="中期考核", en="Mid-term review"),
}
"""By kind, without the number of one that must be done again."""


def called(kind: str) -> Bilingual:
    """Return what a kind of deadline is called, with its number where it has one."""
    name, _, number = kind.partition(":")
    words = KINDS[name]
    if not number:
        return words
    return Bilingual(zh=f"{words.zh}（第{number}次）", en=f"{words.en} ({number})")
