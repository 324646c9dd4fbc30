from talent_kit.problems import Conflict, Forbidden, NotFound, Text


class AlreadyClaimed(Conflict):
    code = "policy.already-claimed"
    title = Text("同一事项已经兑付过", "This was already granted once")


class QuotaExhausted(Conflict):
    code = "policy.quota-exhausted"
    title = Text("名额已经用完", "Every place of the quota is taken")


class CapExhausted(Conflict):
    code = "policy.cap-exhausted"
    title = Text("限额不足", "The cap does not leave this much")


class GroupChanged(Conflict):
    code = "policy.group-changed"
    title = Text(
        "同类条款刚有新的兑付，请重新办理",
        "A measure of the same group was just granted: try again",
    )


class BudgetExhausted(Conflict):
    code = "policy.budget-exhausted"
    title = Text("本年度资金额度不足", "The budget of the year does not suffice")


class BudgetMissing(Conflict):
    code = "policy.budget-missing"
    title = Text("本年度尚未安排资金", "The year has no budget yet")


class BudgetBelowReserved(Conflict):
    code = "policy.budget-below-reserved"
    title = Text("额度不能低于已占用金额", "The limit cannot be below what is reserved")


class BudgetExists(Conflict):
    code = "policy.budget-exists"
    title = Text("该年度额度已存在", "The budget of this year exists")


class NoBudget(NotFound):
    code = "policy.no-budget"
    title = Text("没有找到该额度", "No such budget")


class NoPayment(NotFound):
    code = "policy.no-payment"
    title = Text("没有找到该支付单", "No such payment")


class NotReleasable(Conflict):
    code = "policy.not-releasable"
    title = Text("该支付单当前不能放款", "This payment cannot be released now")


class OwnPayment(Forbidden):
    code = "policy.own-payment"
    title = Text("不得为本人或本单位放款", "Nobody releases a payment to an own account")


class FourEyes(Forbidden):
    code = "policy.four-eyes"
    title = Text("审核人不得放款", "Whoever approves does not release")


class AccountChanged(Conflict):
    code = "policy.account-changed"
    title = Text(
        "收款账户在审核后有变更，须确认后放款",
        "The account changed after the approval: acknowledge it to release",
    )


class NotDisputed(Conflict):
    code = "policy.not-disputed"
    title = Text("该支付单没有待处理的差异", "This payment is not in dispute")


class NotWhatTheBankSays(Conflict):
    code = "policy.not-what-the-bank-says"
    title = Text(
        "处理结果与银行流水不符", "Paid is what the bank moved, refused what came back entirely"
    )
