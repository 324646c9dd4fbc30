"""What deadlines are called."""

from talent_kit.texts import Bilingual

KINDS = {
    "opening_report": Bilingual(zh="开题报告", en="Opening report"),
    "evaluation_declaration": Bilingual(zh="评估自评填报", en="Figures for the evaluation"),
    "mending": Bilingual(zh="警告整改", en="Mending what a warning is about"),
    "opening_retry": Bilingual(zh="重新开题", en="Second opening report"),
    "midterm": Bilingual(zh="中期考核", en="Mid-term review"),
    "exit_application": Bilingual(zh="申请出站", en="Application for the exit"),
    "exit_retry": Bilingual(zh="二次出站考核", en="Second assessment on exit"),
    "term_end": Bilingual(zh="在站期满", en="End of the agreed time"),
    "doctorate_proof": Bilingual(zh="补交博士学位证书", en="Doctoral certificate to be brought"),
    "overseas_return": Bilingual(zh="出国（境）期满返站", en="Return from abroad"),
    "case_stating": Bilingual(zh="撤销前陈述申辩", en="Stating the case before a revocation"),
    "review": Bilingual(zh="审核", en="Review"),
    "correction": Bilingual(zh="补正退回的材料", en="Correcting what was returned"),
    "instalment": Bilingual(zh="拨付资助", en="Instalment of a grant"),
}
"""By kind, without the number of one that must be done again."""

_OTHER = Bilingual(zh="待办事项", en="To be done")


def called(kind: str) -> Bilingual:
    """Return what a kind of deadline is called, with its number where it has one.

    A step of a review has its own kind, such as `review_check`, and its round as the number.
    """
    name, _, number = kind.partition(":")
    words = KINDS.get(name) or KINDS.get(name.partition("_")[0], _OTHER)
    if not number:
        return words
    return Bilingual(zh=f"{words.zh}（第{number}次）", en=f"{words.en} ({number})")
