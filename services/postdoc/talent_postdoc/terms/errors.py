"""What can be wrong with a figure."""

from talent_kit.problems import Invalid, NotFound, Text


class TermNotFound(NotFound):
    code = "term-not-found"
    title = Text("没有这一规则参数", "No such figure")


class UnknownRegion(Invalid):
    code = "unknown-region"
    title = Text("没有此地区代码", "No region bears this code today")
