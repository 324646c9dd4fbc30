"""What can be wrong with entering a waiting room, or with claiming a seat past it."""

from talent_kit.problems import Conflict, NotFound, Text, Unavailable


class RoomNotFound(NotFound):
    code = "waiting-room-not-found"
    title = Text("该活动没有等候室", "The activity has no waiting room")


class NotEntered(Conflict):
    code = "waiting-room-not-entered"
    title = Text("请先进入等候室", "Enter the waiting room first")


class RoomClosed(Conflict):
    """`enter_from` and `closes_at` say when it is open."""

    code = "waiting-room-closed"
    title = Text("等候室未开放", "The waiting room is not open now")


class NotYourTurn(Conflict):
    """`position` and `turn_at` say when; `Retry-After` how many seconds that is."""

    code = "not-your-turn"
    title = Text("还没有轮到您", "It is not your turn yet")


class Drawing(Unavailable):
    code = "waiting-room-drawing"
    title = Text("正在抽取顺序，请稍候", "The order is just being drawn")


class RoomFixed(Conflict):
    """Once people may be inside, or registration has begun, the rate alone can change."""

    code = "waiting-room-fixed"
    title = Text("等候室已启用，只能调整放行速度", "The room is in use: its rate alone can change")
