"""What can be wrong with an attendance's request."""

from talent_kit.problems import Conflict, NotFound, Text


class AttendanceNotFound(NotFound):
    code = "attendance-not-found"
    title = Text("没有找到该到场记录", "No such attendance")


class AlreadyRevoked(Conflict):
    code = "attendance-revoked"
    title = Text("该到场记录已撤销", "The attendance was revoked before")
