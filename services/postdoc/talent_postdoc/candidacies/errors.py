"""What can be wrong with a candidacy's request."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class CandidacyNotFound(NotFound):
    code = "candidacy-not-found"
    title = Text("没有找到该应聘", "No such candidacy")


class CandidacyState(Conflict):
    """`state` says in which state the candidacy is."""

    code = "candidacy-state"
    title = Text("应聘当前状态不能进行此操作", "Not possible in the candidacy's present state")


class PositionNotOpen(Conflict):
    """`opens_on` and `closes_on` are the days between which one applies."""

    code = "position-not-open"
    title = Text("岗位目前不接受应聘", "Nobody can apply for the position at present")


class QuestionUnknown(Invalid):
    code = "question-unknown"
    title = Text("岗位没有该问题", "The position does not ask this")


class AnswerMissing(Invalid):
    """`question` is its name."""

    code = "answer-missing"
    title = Text("有必答问题未回答", "A question that must be answered is not")


class InterviewPast(Invalid):
    code = "interview-past"
    title = Text("面试时间须在将来", "An interview lies in the future")


class InterviewFailed(Conflict):
    code = "interview-failed"
    title = Text("面试未通过，不能录用", "Who did not pass the interview cannot be accepted")


class InterviewToCome(Conflict):
    code = "interview-to-come"
    title = Text("面试尚未开始，不能记录结果", "The interview is still to come")


class FellowshipBegun(Conflict):
    code = "fellowship-begun"
    title = Text("已据此办理进站，不能撤回", "An entry was begun upon it: withdraw that instead")
