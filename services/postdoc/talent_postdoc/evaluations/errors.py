"""What can be wrong with an evaluation's request."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class RoundNotFound(NotFound):
    code = "evaluation-round-not-found"
    title = Text("没有找到该评估轮次", "No such round of evaluation")


class EvaluationNotFound(NotFound):
    code = "evaluation-not-found"
    title = Text("没有找到该站点评估", "No such evaluation")


class ObjectionNotFound(NotFound):
    code = "evaluation-objection-not-found"
    title = Text("没有找到该异议", "No such objection")


class NoStationsDue(Conflict):
    code = "no-stations-due"
    title = Text("该地区目前没有应参加评估的站点", "No station of the region is due")


class RoundState(Conflict):
    """`state` says in which state the round is."""

    code = "evaluation-round-state"
    title = Text("评估轮次当前状态不能进行此操作", "Not possible in the round's present state")


class SubmissionOpen(Conflict):
    """`submit_until` is the last day, `missing` how many units have not submitted."""

    code = "evaluation-submission-open"
    title = Text("填报期未结束，仍有单位未提交", "Units may still submit their figures")


class SubmissionOver(Conflict):
    """`submit_until` was the last day."""

    code = "evaluation-submission-over"
    title = Text("已提交或填报期已结束", "It was submitted, or the last day has passed")


class DeclarationIncomplete(Invalid):
    """`missing` lists indicators without a value."""

    code = "evaluation-declaration-incomplete"
    title = Text("自评填报不完整", "Figures are missing")


class DeclarationUnknown(Invalid):
    code = "evaluation-declaration-unknown"
    title = Text("填报了指标体系之外的项目", "No such indicator is to be declared")


class PanelsNotConcluded(Conflict):
    """`missing` counts stations whose panel has not concluded."""

    code = "evaluation-panels-not-concluded"
    title = Text("仍有站点的专家组未作出结论", "Panels of some stations have not concluded")


class NotOpenToObjection(Conflict):
    code = "not-open-to-objection"
    title = Text("不在公示期内或您已提出异议", "Not published now, or you have objected already")


class ObjectionDecided(Conflict):
    code = "evaluation-objection-decided"
    title = Text("该异议已有答复", "The objection was answered already")
