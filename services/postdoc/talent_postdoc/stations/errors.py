"""What can be wrong with a station's request."""

from talent_kit.problems import Conflict, NotFound, Text


class StationNotFound(NotFound):
    code = "station-not-found"
    title = Text("没有找到该博士后站", "No such station")


class StationState(Conflict):
    """`state` says in which state the station is."""

    code = "station-state"
    title = Text("该站当前状态不能进行此操作", "Not possible in the station's present state")
