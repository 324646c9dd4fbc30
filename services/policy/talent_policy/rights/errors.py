from talent_kit.problems import Conflict, Invalid, NotFound, Text


class NoCorrection(NotFound):
    code = "policy.no-correction"
    title = Text("没有找到该更正申请", "No such correction")


class CorrectionOpen(Conflict):
    code = "policy.correction-open"
    title = Text("该事实的更正申请正在办理", "A correction of this fact is open already")


class TooManyCorrections(Conflict):
    code = "policy.too-many-corrections"
    title = Text("正在办理的更正申请过多", "Too many corrections are open")


class CorrectionClosed(Conflict):
    code = "policy.correction-closed"
    title = Text("该更正申请已办结", "The correction is closed already")


class FactOfAnother(Invalid):
    code = "policy.fact-of-another"
    title = Text("没有这一事实，或不属于该对象", "There is no such fact of this subject")
