from talent_kit.problems import Conflict, NotFound, Problem, Text, Unauthenticated


class UnknownClient(Unauthenticated):
    code = "bank.unknown-client"
    title = Text("银行不认识此客户", "The bank does not know this client")
    headers = {}  # noqa: RUF012 - the base declares it as a ClassVar


class OrderChanged(Conflict):
    code = "bank.order-changed"
    title = Text("同一支付单号的内容不同", "This order was sent before with other content")


class NoOrder(NotFound):
    code = "bank.no-order"
    title = Text("银行没有收到此支付单", "The bank never took this order")


class NoAnswer(Problem):
    status = 504
    code = "bank.no-answer"
    title = Text("银行没有答复", "The bank does not answer")
