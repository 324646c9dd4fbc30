"""What can be wrong with an application for a station."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class ApplicationNotFound(NotFound):
    code = "station-application-not-found"
    title = Text("没有找到该设站申请", "No such application for a station")


class ApplicationState(Conflict):
    """`state` says in which state the application is."""

    code = "station-application-state"
    title = Text("该申请当前状态不能进行此操作", "Not possible in the application's present state")


class ConditionsUnmet(Conflict):
    """`conditions` lists those that are unmet or of which too little is said."""

    code = "conditions-unmet"
    title = Text("设站条件未满足或未填报齐全", "Conditions are unmet, or not all is said of them")


class StationExists(Conflict):
    code = "station-exists"
    title = Text(
        "本单位已有同类同学科的站或在审申请",
        "The unit has such a station already, or has applied for one",
    )


class LevelUnknown(Invalid):
    code = "level-unknown"
    title = Text("该类站没有此级别", "There is no station of this kind at this level")


class ParentInvalid(Invalid):
    code = "parent-invalid"
    title = Text("分站须指明在册工作站", "A branch, and only a branch, names a workstation on file")


class PartnerInvalid(Invalid):
    code = "partner-invalid"
    title = Text("联合招收方须为在册流动站", "The partner is no mobile station on file")


class UnitUnknown(Conflict):
    code = "unit-unknown"
    title = Text(
        "尚未收到本单位登记信息，请稍后重试", "The unit's registration has not arrived yet"
    )
