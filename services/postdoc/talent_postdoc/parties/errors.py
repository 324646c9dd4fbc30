"""What can be wrong with who calls."""

from talent_kit.problems import Forbidden, Text


class NotRegistered(Forbidden):
    code = "not-registered"
    title = Text("请先登记为人才", "Register as a talent first")
