"""What can be wrong with a claim of a seat."""

from collections.abc import Iterable, Sequence
from typing import Any

from talent_kit.problems import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Text,
    TooManyRequests,
    Unavailable,
)

from ..activities.questions import Fault


class RegistrationNotFound(NotFound):
    code = "registration-not-found"
    title = Text("您没有报名该活动", "You have no seat or place here")


class NotOpen(Conflict):
    """`opens_at` and `closes_at` say when it is."""

    code = "registration-not-open"
    title = Text("不在报名时间内", "Registration is not open now")


class NotAdmitted(Forbidden):
    code = "not-admitted"
    title = Text("该活动不面向您所在地区", "The activity is for talents of other regions")


class OfOtherEmployers(Forbidden):
    code = "of-other-employers"
    title = Text("该票种面向指定用人单位的人员", "The ticket is for other employers' people")


class OfOtherDegrees(Forbidden):
    code = "of-other-degrees"
    title = Text("该票种面向其他学历的人才", "The ticket is for talents with other degrees")


class OfOtherClasses(Forbidden):
    code = "of-other-classes"
    title = Text("该票种面向其他类别的人才", "The ticket is for talents of other classes")


class Unverified(Forbidden):
    """`missing` names the facts; `GET /v1/facts` says what each means and who verifies it."""

    _HOW = Text(
        "请先填报该项（POST /v1/observations），再向所在地区的审核人员出示证明，"
        "或由有权核实的部门报送；核实后即可报名",
        "Declare it (POST /v1/observations) and show proof of it to a reviewer of your region, or "
        "let the authority that verifies it report it: once it is verified you can register",
    )

    def __init__(self, missing: Iterable[str]) -> None:
        super().__init__(self._HOW, missing=sorted(missing))


class DegreeUnverified(Unverified):
    code = "degree-not-verified"
    title = Text("您的学历尚未核实", "Your degree has not been verified yet")

    def __init__(self) -> None:
        super().__init__(["person.degree"])


class ClassUnverified(Unverified):
    code = "class-not-verified"
    title = Text("您的人才类别尚未核实", "Your talent class has not been verified yet")

    def __init__(self, schemes: Iterable[str] = ()) -> None:
        super().__init__(FACT_OF[scheme] for scheme in schemes)


FACT_OF = {"province": "person.provincial_class", "city": "person.city_class"}
"""In which fact the class of a scheme is verified."""


class EmployerLimit(Conflict):
    """`most` says how many of one employer there may be."""

    code = "employer-limit"
    title = Text("贵单位的名额已满", "Your employer's people have all that they may have")


class MissedTooOften(Forbidden):
    """`until` says until when."""

    code = "missed-too-often"
    title = Text("您多次报名未到场，暂不能报名", "You did not come to what you had seats for")


class Refused(Forbidden):
    code = "registration-refused"
    title = Text("主办方未同意您的报名", "The organiser has refused your registration")


class ApprovalNeeded(Conflict):
    code = "approval-needed"
    title = Text(
        "该票种需主办方审核，不能直接改换",
        "The organiser decides who gets this ticket: it cannot be moved to",
    )


class CodeRequired(Forbidden):
    code = "code-required"
    title = Text("该票种需要报名码或邀请码", "The ticket asks for a code")


class WrongCode(Forbidden):
    code = "wrong-code"
    title = Text("报名码或邀请码无效", "The code admits nobody to this ticket")


class InvitationSpent(Conflict):
    code = "invitation-used"
    title = Text("该邀请已被使用", "The invitation has been used")


class TooManyTries(TooManyRequests):
    code = "too-many-tries"
    title = Text("错误次数过多，请稍后再试", "Too many wrong codes: try again later")


_ANSWER_TEXTS = {
    "answer-missing": Text("必答", "An answer is required"),
    "answer-not-asked": Text("不需要回答此问题", "This is not asked"),
    "answer-type": Text("答案类型不正确", "The answer is of the wrong type"),
    "answer-too-long": Text("答案过长", "The answer is too long"),
    "answer-no-file": Text("没有您上传的该文件", "There is no such file of yours"),
    "answer-no-choice": Text("不在可选答案之内", "Not one of the choices"),
    "answer-doubled": Text("选项重复", "A choice is given twice"),
    "answer-out-of-range": Text("数值超出范围", "The number is out of range"),
}


class AnswersWrong(Invalid):
    """`errors` names each question at fault; of what nobody asks for, `*`."""

    code = "answers-wrong"
    title = Text("问题的回答不符合要求", "The answers do not fit the questions")

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        super().__init__()
        self._faults = faults

    def body(self, language: str) -> dict[str, Any]:
        """Return the problem document with what is wrong with each answer."""
        wrong = [
            {
                "field": f"body.answers.{fault.question}",
                "code": fault.code,
                "message": _ANSWER_TEXTS[fault.code].in_language(language),
            }
            for fault in self._faults
        ]
        return {**super().body(language), "errors": wrong}


class SoldOut(Conflict):
    code = "sold-out"
    title = Text("名额已满", "No seat is left")


class RegisteredOtherwise(Conflict):
    """`ticket_id` says for which."""

    code = "registered-otherwise"
    title = Text(
        "已报名该活动的其他票种", "You are registered with another ticket: cancel it first"
    )


class TooLate(Conflict):
    """`cancel_until` says until when it was possible."""

    code = "too-late-to-cancel"
    title = Text("已过取消期限", "It can no longer be cancelled")


class TooLateToAnswer(Conflict):
    code = "too-late-to-answer"
    title = Text("活动已开始，不能更改回答", "It has begun: answers no longer change")


class TooManyAtOnce(Unavailable):
    code = "too-many-at-once"
    title = Text("报名人数过多，请稍候重试", "Too many claims at once: try again in a moment")


class OfferOver(Conflict):
    code = "offer-over"
    title = Text("该名额的保留时间已过", "The seat was kept for you until a moment ago")
