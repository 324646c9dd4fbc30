from talent_kit.problems import Conflict, Forbidden, NotFound, Text


class NoRecovery(NotFound):
    code = "policy.no-recovery"
    title = Text("没有找到该追回事项", "No such recovery")


class NothingPaid(NotFound):
    code = "policy.nothing-paid"
    title = Text("没有找到可追回的支付", "No payment of this kind to recover from")


class TooMuch(Conflict):
    code = "policy.recovery-too-much"
    title = Text("超出可追回或可核销的金额", "More than is left to recover or to write off")


class RecoveryNotOpen(Conflict):
    code = "policy.recovery-not-open"
    title = Text("该追回事项当前不能办理此操作", "The recovery is not in a state for this")


class SamePerson(Forbidden):
    code = "policy.same-person"
    title = Text("须由另一人确认", "Another person must confirm")
