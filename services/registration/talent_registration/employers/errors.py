"""What can be wrong with who acts for an employer."""

from talent_kit.problems import Conflict, Forbidden, Text


class NotAnAgent(Forbidden):
    code = "not-an-agent"
    title = Text("您不是该用人单位的经办人", "You may not act for this employer")


class EmployerNotChosen(Conflict):
    code = "employer-not-chosen"
    title = Text("请选择用人单位后重新登录", "You act for several employers: sign in for one")
