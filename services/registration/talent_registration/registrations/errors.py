"""What can be wrong with a claim of a seat."""

from talent_kit.problems import Conflict, Forbidden, NotFound, Text, Unavailable


class NotRegistered(Forbidden):
    code = "not-registered"
    title = Text("请先登记为人才", "Register as a talent first")


class TicketNotFound(NotFound):
    code = "ticket-not-found"
    title = Text("没有找到该票种", "No such ticket in this activity")


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


class TooManyAtOnce(Unavailable):
    code = "too-many-at-once"
    title = Text("报名人数过多，请稍候重试", "Too many claims at once: try again in a moment")


class OfferOver(Conflict):
    code = "offer-over"
    title = Text("该名额的保留时间已过", "The seat was kept for you until a moment ago")
