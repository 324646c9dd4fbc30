"""What can be wrong with what is said or asked of payments."""

from talent_kit.problems import Conflict, Forbidden, Invalid, NotFound, Text


class SignatureWrong(Forbidden):
    code = "signature-wrong"
    title = Text("通知的签名无效", "The notice was not signed by the payment provider")


class NoticeWrong(Invalid):
    code = "notice-wrong"
    title = Text("通知内容无法识别", "The notice cannot be read")


class OrderNotFound(NotFound):
    code = "order-not-found"
    title = Text("没有该支付订单", "There is no such order")


class DifferenceNotFound(NotFound):
    code = "difference-not-found"
    title = Text("没有该差异", "There is no such difference")


class Explained(Conflict):
    code = "difference-explained"
    title = Text("该差异已说明", "The difference has been explained")
