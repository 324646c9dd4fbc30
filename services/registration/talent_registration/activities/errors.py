"""What can be wrong with an activity's request."""

from talent_kit.problems import Conflict, Forbidden, Invalid, NotFound, Text, Unavailable


class ActivityNotFound(NotFound):
    code = "activity-not-found"
    title = Text("没有找到该活动", "No such activity")


class QuotaNotFound(NotFound):
    code = "quota-not-found"
    title = Text("没有找到该名额", "No such quota")


class TicketNotFound(NotFound):
    code = "ticket-not-found"
    title = Text("没有找到该票种", "No such ticket in this activity")


class NoCodeWanted(Conflict):
    code = "no-code-wanted"
    title = Text("该票种不使用报名码", "The ticket is not claimed by an access code")


class NotPossibleNow(Conflict):
    """`state` says in which state the activity is."""

    code = "activity-state"
    title = Text("活动当前状态不能进行此操作", "Not possible in the activity's present state")


class OwnActivity(Forbidden):
    code = "own-activity"
    title = Text("不能审核本人主办的活动", "Nobody publishes what they organise")


class SeatsTaken(Conflict):
    """`taken` says how many are."""

    code = "seats-taken"
    title = Text("名额不能少于已占用数", "There cannot be fewer seats than are taken")


class UnknownRegion(Invalid):
    code = "unknown-region"
    title = Text("没有此地区代码", "No region bears this code today")


class PaymentsUnavailable(Unavailable):
    code = "payments-unavailable"
    title = Text("本平台未开通收费", "Nothing can be paid for here")
