"""What can be wrong with grants."""

from talent_kit.problems import Conflict, NotFound, Text


class CallNotFound(NotFound):
    code = "grant-call-not-found"
    title = Text("没有找到该资助计划", "No such call")


class GrantNotFound(NotFound):
    code = "grant-not-found"
    title = Text("没有找到该资助申请", "No such grant")


class CallExists(Conflict):
    code = "grant-call-exists"
    title = Text("该年度的资助计划已发布", "There is a call of this programme and year")


class CallClosed(Conflict):
    code = "grant-call-closed"
    title = Text("不在申报期内", "The call is not open for proposals")


class PlacesTaken(Conflict):
    code = "grant-places-taken"
    title = Text("资助名额已满", "All places of the call are taken")


class NotInStation(Conflict):
    code = "grant-fellow-not-in-station"
    title = Text("该博士后不在站", "The fellow is not in the station")


class GrantExists(Conflict):
    code = "grant-exists"
    title = Text("该博士后已申报或获得该项资助", "The fellow has a grant or a proposal already")


class NotPossible(Conflict):
    code = "grant-not-possible"
    title = Text("当前状态不能办理", "Not possible in this state")
