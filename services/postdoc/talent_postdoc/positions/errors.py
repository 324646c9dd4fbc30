"""What can be wrong with a position's request."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class PositionNotFound(NotFound):
    code = "position-not-found"
    title = Text("没有找到该岗位", "No such position")


class PositionState(Conflict):
    """`state` says in which state the position is."""

    code = "position-state"
    title = Text("岗位当前状态不能进行此操作", "Not possible in the position's present state")


class PositionOver(Conflict):
    """`closes_on` is the last day."""

    code = "position-over"
    title = Text("岗位报名已截止", "The last day of the position is over")


class OutsidePlanYear(Invalid):
    """`year` is the plan's."""

    code = "outside-plan-year"
    title = Text("开放日期不在招收计划年度内", "The opening day is not in the plan's year")


class BelowTaken(Conflict):
    """`taken` is how many were accepted."""

    code = "below-taken"
    title = Text("招收人数须多于已录用人数", "The number must be above that of those accepted")


class QuestionsFixed(Conflict):
    code = "questions-fixed"
    title = Text("岗位发布后不能更改问题", "The questions stand once the position is published")


class JointStationUnfit(Invalid):
    code = "joint-station-unfit"
    title = Text(
        "联合招收须由工作站等与可招收的流动站进行",
        "Stations but mobile ones recruit jointly, with a mobile station that recruits",
    )
