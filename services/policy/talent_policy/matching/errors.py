"""What can be wrong with a question."""

from talent_kit.problems import Invalid, Text


class RegionUnknown(Invalid):
    code = "policy.region-unknown"
    title = Text("该日期没有这一地区", "There is no such region on that day")


class MeasureUnknown(Invalid):
    code = "policy.measure-unknown"
    title = Text("没有这一政策条款", "There is no such measure in force")
