"""What can be wrong with a fellow's request."""

from talent_kit.problems import Conflict, Forbidden, Invalid, NotFound, Text


class FellowNotFound(NotFound):
    code = "fellow-not-found"
    title = Text("没有找到该博士后", "No such fellow")


class EntryNotFound(NotFound):
    code = "fellow-entry-not-found"
    title = Text("没有找到该记录", "No such entry")


class TalentNotFound(NotFound):
    code = "talent-not-found"
    title = Text("没有找到该人才", "No such talent")


class ActNotYours(Forbidden):
    """`may` says who records this."""

    code = "fellow-act-role"
    title = Text("此事项不由您记录", "This is recorded by somebody else")


class FellowState(Conflict):
    """`state` says where the fellowship stands, `act` what does not follow from there."""

    code = "fellow-state"
    title = Text("当前状态不能进行此操作", "Not possible in the fellowship's present state")


class StepMissing(Conflict):
    """`needed` names what comes first."""

    code = "fellow-step-missing"
    title = Text("前置环节尚未完成", "Something else comes first")


class InFuture(Invalid):
    code = "date-in-future"
    title = Text("日期不能晚于今天", "The day is still to come")


class BeforeEntry(Invalid):
    """`entered_on` is the day of the entry."""

    code = "date-before-entry"
    title = Text("日期早于进站日期", "The day is before the entry")


class DatesOutOfOrder(Invalid):
    """`earliest` is the day of what came before."""

    code = "dates-out-of-order"
    title = Text("日期早于上一环节", "The day is before that of the step before")


class TooEarly(Conflict):
    """`earliest` is the first day on which it may be."""

    code = "fellow-too-early"
    title = Text("未到规定期限", "Too early")


class TooLate(Conflict):
    """`latest` is the last day on which it may be."""

    code = "fellow-too-late"
    title = Text("超过规定期限", "Too late")


class ExtensionNeedsApproval(Conflict):
    """`until` is the last day to which fellow and unit may agree by themselves."""

    code = "extension-needs-approval"
    title = Text(
        "超过通常在站期限的延期须先申请批准", "An extension beyond the usual time needs approval"
    )


class NoSecondAssessment(Conflict):
    code = "no-second-assessment"
    title = Text("本地区不设二次出站考核", "The region knows no second assessment on exit")


class GroundNotMet(Conflict):
    """`needed` says what the ground asks, `found` what there is."""

    code = "ground-not-met"
    title = Text("不符合该退站情形", "The facts do not bear out this ground")


class ConditionsNotMet(Conflict):
    """`conditions` tells each that is not met, and whether the office may except from it."""

    code = "entry-conditions"
    title = Text("不符合进站条件", "Conditions of entry are not met")


class AlreadyInStation(Conflict):
    code = "already-in-station"
    title = Text("该人员已在其他博士后站", "The doctor is in a station already")


class AlreadyApplied(Conflict):
    code = "already-applied"
    title = Text("该人员在本站已有进站申请", "An application for this station is under way")


class AdvisorMissing(Conflict):
    code = "advisor-missing"
    title = Text("尚未确定合作导师", "No advisor was named")


class AdvisorNotQualified(Conflict):
    code = "advisor-not-qualified"
    title = Text("该导师不具备招收资格", "The advisor is not qualified")


class AdvisorFull(Conflict):
    """`most` is how many the advisor may guide."""

    code = "advisor-full"
    title = Text("该导师指导人数已满", "The advisor guides as many as allowed")


class DisciplineNotOfStation(Invalid):
    code = "discipline-not-of-station"
    title = Text("该站未设此学科", "Not a discipline of the station")


class NotCorrectable(Conflict):
    code = "entry-not-correctable"
    title = Text("该记录不能更正", "This entry cannot be corrected")


class AlreadyCorrected(Conflict):
    """`by` is the entry that corrected it: correct that one."""

    code = "entry-corrected"
    title = Text("该记录已被更正", "The entry was corrected already")
