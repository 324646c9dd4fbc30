from talent_kit.problems import Conflict, Invalid, NotFound, Text


class NoDifference(NotFound):
    code = "policy.no-difference"
    title = Text("没有找到该差异", "No such difference")


class AlreadyExplained(Conflict):
    code = "policy.already-explained"
    title = Text("该差异已作说明", "The difference is explained already")


class StillDisputed(Conflict):
    code = "policy.still-disputed"
    title = Text("请先处理该支付单的差异", "Settle the dispute of the payment first")


class DayToCome(Invalid):
    code = "policy.day-to-come"
    title = Text("不能对未来日期对账", "The day has not come yet")
