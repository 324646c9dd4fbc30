"""What can be wrong with a figure."""

from talent_kit.problems import Forbidden, Invalid, NotFound, Text


class TermNotFound(NotFound):
    code = "term-not-found"
    title = Text("没有这一规则参数", "No such figure")


class UnknownRegion(Invalid):
    code = "unknown-region"
    title = Text("没有此地区代码", "No region bears this code today")


class TermValueInvalid(Invalid):
    """`most` is the largest value of figures of its unit."""

    code = "term-value-invalid"
    title = Text("参数值超出该单位的范围", "More than a figure of this unit can be")


class OfficeAbove(Forbidden):
    """`region` is the one whose office has the word; offices above it have it too."""

    code = "office-above"
    title = Text("须由上级主管部门办理", "This is for an office above yours")
