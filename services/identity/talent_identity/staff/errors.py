"""What can be wrong with an appointment."""

from talent_kit.problems import Conflict, Forbidden, Invalid, NotFound, Text


class AppointmentNotFound(NotFound):
    code = "appointment-not-found"
    title = Text("没有找到该任命", "No such appointment")


class SelfAppointment(Forbidden):
    code = "self-appointment"
    title = Text("不能任免本人", "Nobody appoints or dismisses themselves")


class RoleNotYours(Forbidden):
    code = "role-not-yours-to-give"
    title = Text("您无权授予或收回该角色", "This role is not yours to give or take")


class AppointmentStands(Conflict):
    code = "appointment-stands"
    title = Text("此账号已有任命", "This account is appointed already")


class AppointmentEnded(Conflict):
    code = "appointment-ended"
    title = Text("该任命已结束", "The appointment has ended")


class AppointmentDates(Invalid):
    code = "appointment-dates"
    title = Text("任期有误：不得早于今天或始日", "It must not end before it begins or before today")


class AccountMissing(NotFound):
    code = "account-missing"
    title = Text("目录中尚无此账号", "The directory has no such account yet")
