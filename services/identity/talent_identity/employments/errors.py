"""What can be wrong with an employment's request."""

from talent_kit.problems import Conflict, Forbidden, Invalid, NotFound, Text


class EmploymentNotFound(NotFound):
    code = "employment-not-found"
    title = Text("没有找到该任职", "No such employment")


class EmploymentExists(Conflict):
    code = "employment-exists"
    title = Text(
        "同一单位同一起始日的任职已申报", "It is declared already: same employer, same first day"
    )


class NotPossibleNow(Conflict):
    code = "employment-state"
    title = Text("当前状态不能进行此操作", "Not possible in the present state")


class OwnEmployment(Forbidden):
    code = "own-employment"
    title = Text("不能办理本人的任职", "Nobody decides on their own employment")


class OwnDeclaration(Conflict):
    code = "own-declaration"
    title = Text("本方申报的任职须由对方确认", "The other side confirms what one side declared")


class ContractTerm(Invalid):
    """`detail_code` says which of the rules of the term is broken."""

    code = "contract-term"
    title = Text("合同期限不符合规则", "The contract's term does not fit its kind")


class EndImpossible(Invalid):
    code = "ended-on-impossible"
    title = Text(
        "结束日须在合同期内且不晚于今天", "The last day must lie in the term and not in the future"
    )
