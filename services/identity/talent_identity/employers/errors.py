"""What can be wrong with an employer's request."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class EmployerNotFound(NotFound):
    code = "employer-not-found"
    title = Text("没有找到该用人单位", "No such employer")


class CreditCodeRegistered(Conflict):
    code = "employer-already-registered"
    title = Text("此统一社会信用代码已登记", "This credit code is registered already")


class AgentNotFound(NotFound):
    code = "agent-not-found"
    title = Text("没有找到该经办人", "No such agent")


class AgentExists(Conflict):
    code = "agent-exists"
    title = Text("此账号已是经办人", "This login is an agent already")


class TooManyAgents(Conflict):
    code = "too-many-agents"
    title = Text("经办人数量已达上限", "No more agents can be added")


class LastAgent(Conflict):
    code = "last-agent"
    title = Text(
        "须保留一名无期限的经办人", "One agent without an end must stay, or nobody could act"
    )


class AgentExpired(Invalid):
    code = "agent-valid-until-past"
    title = Text("有效期不能早于今天", "The last day must not lie in the past")
