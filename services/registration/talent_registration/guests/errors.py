"""What can be wrong with a hold or an invitation."""

from talent_kit.problems import Conflict, NotFound, Text


class HoldNotFound(NotFound):
    code = "hold-not-found"
    title = Text("没有找到该预留", "No such hold in this activity")


class InvitationNotFound(NotFound):
    code = "invitation-not-found"
    title = Text("没有找到该邀请", "No such invitation to this activity")


class NotEnoughSeats(Conflict):
    """`left` says how many there are."""

    code = "not-enough-seats"
    title = Text("剩余名额不足", "There are not so many seats left")


class TooManyHolds(Conflict):
    code = "too-many-holds"
    title = Text("预留过多", "Too many holds in this activity")


class InvitationUsed(Conflict):
    code = "invitation-used"
    title = Text("该邀请已被使用", "The invitation has been used")
