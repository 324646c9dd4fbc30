"""What can be wrong with an advisor's request."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class AdvisorNotFound(NotFound):
    code = "advisor-not-found"
    title = Text("没有找到该合作导师", "No such advisor")


class TitleUnknown(Invalid):
    code = "title-unknown"
    title = Text("职称不在目录之内，或当日尚未设立", "No title of the catalogue on that day")


class AdvisorEnded(Conflict):
    code = "advisor-ended"
    title = Text("该导师已不在本站", "The advisor has ended at this station")


class EndBeforeStart(Invalid):
    code = "end-before-start"
    title = Text("结束日期早于开始日期", "It would end before it began")


class StillGuiding(Conflict):
    """`fellows` says how many must go to another advisor first."""

    code = "still-guiding"
    title = Text("该导师名下仍有在站博士后", "Fellows are still guided by this advisor")
