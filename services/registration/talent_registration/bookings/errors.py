"""What can be wrong with a booth."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class BookingNotFound(NotFound):
    code = "booking-not-found"
    title = Text("没有找到该展位预订", "No such booking of a booth")


class Attended(Conflict):
    code = "employer-attended"
    title = Text("已登记到场，不能取消", "The employer was there: it cannot be cancelled")


class NoSessionThen(Invalid):
    code = "no-session-then"
    title = Text("该日没有已开始的场次", "No session that has begun was held on that day")
