"""What can be wrong with a warning's request."""

from talent_kit.problems import Conflict, NotFound, Text


class WarningNotFound(NotFound):
    code = "warning-not-found"
    title = Text("没有找到该警告", "No such warning")


class WarningState(Conflict):
    """`state` says in which state the warning is."""

    code = "warning-state"
    title = Text("该警告当前状态不能进行此操作", "Not possible in the warning's present state")
