"""What can be wrong with a request about joint recruitment."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class LinkNotFound(NotFound):
    code = "link-not-found"
    title = Text("没有找到该联合招收关系", "No such joint recruitment")


class LinkExists(Conflict):
    code = "link-exists"
    title = Text("双方已有联合招收关系或待确认的申请", "The two recruit jointly already")


class LinkState(Conflict):
    code = "link-state"
    title = Text("该联合招收关系已确认或已结束", "It is confirmed by this side, or ended, already")


class PartnerInvalid(Invalid):
    code = "partner-invalid"
    title = Text(
        "联合招收须一方为流动站，且双方均可招收",
        "One of the two must be a mobile station, and both must recruit",
    )


class EndBeforeStart(Invalid):
    code = "end-before-start"
    title = Text("结束日期早于开始日期", "It would end before it began")


class NotRecruitingJointly(Conflict):
    code = "not-recruiting-jointly"
    title = Text(
        "双方尚无经确认的联合招收关系", "The two stations have not confirmed joint recruitment"
    )
