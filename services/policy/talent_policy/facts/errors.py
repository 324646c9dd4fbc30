"""What can be wrong with an observation."""

from talent_kit.problems import Forbidden, Invalid, NotFound, Text


class NoSubject(NotFound):
    code = "policy.no-subject"
    title = Text("没有找到该对象", "No such subject")


class OwnSubject(Forbidden):
    code = "policy.own-subject"
    title = Text("不得核实与本人有关的事实", "Nobody verifies facts of an own subject")


class FactsInvalid(Invalid):
    code = "policy.facts-invalid"
    title = Text("有事实填写不正确", "Some facts are not valid")


class SourceUnknown(Forbidden):
    code = "policy.source-unknown"
    title = Text("该客户端没有登记为事实来源", "This client is not registered as a source of facts")


class SourceMayNotVerify(Forbidden):
    code = "policy.source-may-not-verify"
    title = Text("该来源无权核实这些事实", "This source may not verify these facts")
