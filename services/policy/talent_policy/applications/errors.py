from talent_kit.problems import Conflict, Forbidden, Invalid, NotFound, Text


class NoApplication(NotFound):
    code = "policy.no-application"
    title = Text("没有找到该申报", "No such application")


class NoDecision(NotFound):
    code = "policy.no-decision"
    title = Text("尚未作出决定", "Not decided yet")


class WrongSubject(Invalid):
    code = "policy.wrong-subject"
    title = Text("该条款不适用于此类对象", "The measure is not for such a subject")


class NotThePayee(Forbidden):
    code = "policy.not-the-payee"
    title = Text("应由受益方申报", "The one who is paid applies")


class NotEligible(Conflict):
    code = "policy.not-eligible"
    title = Text("不符合条件", "Not entitled")


class FactsMissing(Conflict):
    code = "policy.facts-missing"
    title = Text("缺少必要的事实", "Facts are missing")


class FactsUnverified(Conflict):
    code = "policy.facts-unverified"
    title = Text("有事实尚未核实", "Facts are not verified")


class DeterminationMissing(Conflict):
    code = "policy.determination-missing"
    title = Text("须由人工认定的条件尚未认定", "A condition still needs a person's decision")


class AlreadyApplied(Conflict):
    code = "policy.already-applied"
    title = Text("已有正在办理的申报", "An application is already open")


class NotPending(Conflict):
    code = "policy.not-pending"
    title = Text("该申报当前不能办理此操作", "The application is not in a state for this")


class OwnApplication(Forbidden):
    code = "policy.own-application"
    title = Text("不得审核本人的申报", "Nobody reviews an own application")


class NumberInvalid(Invalid):
    code = "policy.number-invalid"
    title = Text("申报编号不正确", "This is no application number")


class ApplicantErased(Conflict):
    code = "policy.applicant-erased"
    title = Text("申请人信息已删除", "The applicant's data were erased")
