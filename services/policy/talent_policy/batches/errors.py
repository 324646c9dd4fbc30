from talent_kit.problems import Conflict, Forbidden, NotFound, Text


class NoBatch(NotFound):
    code = "policy.no-batch"
    title = Text("没有找到该批次", "No such batch")


class NothingOwed(Conflict):
    code = "policy.nothing-owed"
    title = Text("没有可列入批次的支付单", "No payment is owed that could go into a batch")


class BatchNotDraft(Conflict):
    code = "policy.batch-not-draft"
    title = Text("该批次当前不能办理此操作", "The batch is not in a state for this")


class MakerIsChecker(Forbidden):
    code = "policy.maker-is-checker"
    title = Text("制单人不得复核", "Whoever made a batch does not release it")


class NothingReleasable(Conflict):
    code = "policy.nothing-releasable"
    title = Text("批次中没有可以放款的支付单", "No payment of the batch can be released")
