"""What can be wrong with a gate's request."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class GateNotFound(NotFound):
    code = "gate-not-found"
    title = Text("没有找到该检票口", "No such gate")


class DeviceNotFound(NotFound):
    code = "device-not-found"
    title = Text("没有找到该设备", "No such device")


class GateExists(Conflict):
    code = "gate-exists"
    title = Text("该活动已有同名检票口", "The activity has a gate of this name")


class TooManyHere(Conflict):
    """`most` says how many there may be."""

    code = "too-many-here"
    title = Text("数量已达上限", "There are as many as there may be")


class NoSuchPart(Invalid):
    code = "no-such-part"
    title = Text("活动中没有该场次或票种", "The activity has no such session or ticket")
