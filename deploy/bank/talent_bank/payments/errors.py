from talent_kit.problems import Conflict, Forbidden, NotFound, Text


class WrongSignature(Forbidden):
    code = "payments.signature-wrong"
    title = Text("支付链接的签名无效", "The address was not signed by the merchant")


class CheckoutClosed(Conflict):
    code = "payments.closed"
    title = Text("该订单已关闭", "The order is closed")


class CheckoutPaid(Conflict):
    code = "payments.paid"
    title = Text("该订单已支付", "The order is paid")


class NoPayment(NotFound):
    code = "payments.no-payment"
    title = Text("没有该笔支付", "There is no such payment")


class RefundChanged(Conflict):
    code = "payments.refund-changed"
    title = Text("同一退款单号的内容不同", "This refund was sent before with other content")


class RefundTooLarge(Conflict):
    code = "payments.refund-too-large"
    title = Text("退款总额超过支付金额", "More would go back than was paid")


class RefundRefused(Conflict):
    code = "payments.refund-refused"
    title = Text("现在不能退款", "No refund is made now")
