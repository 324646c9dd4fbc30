"""What can be wrong with a change of a station."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class EffectiveDayInvalid(Invalid):
    """It may lie neither in the future nor before the approval: `earliest` and `latest`."""

    code = "effective-day-invalid"
    title = Text("生效日期须在批准之后、今天以前", "Not between the approval and today")


class NothingChanged(Invalid):
    code = "nothing-changed"
    title = Text("没有任何变更", "Nothing would change")


class UnitUnknown(Invalid):
    code = "unit-unknown"
    title = Text("没有找到该单位", "No such unit")


class SuccessorInvalid(Invalid):
    code = "successor-invalid"
    title = Text(
        "并入的站须为同类、可招收的另一站",
        "It must be another station of the same kind that may recruit",
    )


class StationOccupied(Conflict):
    """`fellows` says how many must be placed elsewhere first."""

    code = "station-occupied"
    title = Text("站内仍有在站博士后，须先妥善安置", "Fellows are in the station: place them first")


class BranchesStand(Conflict):
    """`branches` says how many stand under it, or are applied for."""

    code = "branches-stand"
    title = Text("该工作站下仍有分站", "Branches still stand under this workstation")


class WarningStands(Conflict):
    code = "warning-stands"
    title = Text(
        "因警告而暂停的站须经整改核查恢复",
        "It was suspended by a warning: it resumes once that is mended",
    )


class StationTaken(Conflict):
    code = "station-taken"
    title = Text("该单位已有同类同学科的站", "The unit has such a station already")


class NoticeNotFound(NotFound):
    code = "revocation-notice-not-found"
    title = Text("没有撤销告知", "No notice of a revocation")


class NoticeStands(Conflict):
    code = "revocation-notice-stands"
    title = Text("已发出撤销告知", "A notice of revocation stands already")


class NoticeRunning(Conflict):
    """`state_by` is the last day to state the case, null while no holiday notice tells it."""

    code = "revocation-notice-running"
    title = Text("陈述申辩期未满", "The unit may still state its case")


class AlreadyStated(Conflict):
    code = "already-stated"
    title = Text("已提交陈述", "The case was stated already")


class TooLateToState(Conflict):
    code = "too-late-to-state"
    title = Text("陈述申辩期已过", "The time for stating the case is over")
