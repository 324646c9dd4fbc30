"""What can be wrong with a plan's request."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class PlanNotFound(NotFound):
    code = "plan-not-found"
    title = Text("没有找到该招收计划", "No such recruitment plan")


class PlanExists(Conflict):
    """`plan_id` is the one that is there."""

    code = "plan-exists"
    title = Text("该站该年度已有招收计划", "The station has a plan for that year")


class YearOver(Invalid):
    code = "plan-year"
    title = Text("只能制定本年度或下一年度的计划", "A plan is for this year or the next")


class DisciplineNotOfStation(Invalid):
    """`discipline` is the code."""

    code = "discipline-not-of-station"
    title = Text("该站未设此学科", "The station does not have this discipline")


class PlanExceeded(Conflict):
    """`discipline` is the code, `planned` and `offered` the numbers in it."""

    code = "plan-exceeded"
    title = Text("岗位数超出招收计划", "More is offered than the plan holds")


class StationDoesNotRecruit(Conflict):
    """`state` says in which state the station is."""

    code = "station-does-not-recruit"
    title = Text("该站目前不能招收", "The station may not recruit at present")
