from talent_kit.problems import Conflict, NotFound, Text


class PayeeMissing(Conflict):
    code = "policy.payee-missing"
    title = Text("请先登记收款账户", "Put a bank account on file first")


class NoPayee(NotFound):
    code = "policy.no-payee"
    title = Text("尚未登记收款账户", "No bank account on file")
