"""What can be wrong with a panel's request."""

from talent_kit.problems import Conflict, Forbidden, Invalid, NotFound, Text, Unavailable


class PanelNotFound(NotFound):
    code = "panel-not-found"
    title = Text("没有找到该专家组", "No such panel")


class PanelSubjectNotFound(NotFound):
    code = "panel-subject-not-found"
    title = Text("没有找到专家组所要评审的对象", "Nothing of yours that a panel could assess")


class MemberNotFound(NotFound):
    code = "panel-member-not-found"
    title = Text("专家组中没有该成员", "No such member sits on the panel")


class ExpertNotFound(NotFound):
    """Nobody with this document has registered, or signs in."""

    code = "expert-not-found"
    title = Text("没有找到持该证件并可登录的专家", "No expert with this document signs in")


class ExpertsNotAsked(Unavailable):
    """Identity, which alone knows, did not answer."""

    code = "experts-not-asked"
    title = Text(
        "暂时无法查找专家，请稍候重试", "Experts cannot be looked up now: try again shortly"
    )


class PanelExists(Conflict):
    """`panel_id` is the one that there is."""

    code = "panel-exists"
    title = Text("该事项已有专家组", "A panel was already convened for it")


class PanelComposition(Invalid):
    """`breaches` lists what is asked and what was found."""

    code = "panel-composition"
    title = Text("专家组组成不符合要求", "The panel is not composed as its purpose asks")


class PanelIncomplete(Conflict):
    """`breaches` lists what is asked and what was found."""

    code = "panel-incomplete"
    title = Text("专家组成员变动后不再符合组成要求", "After changes the panel lacks what is asked")


class MemberTwice(Invalid):
    code = "panel-member-twice"
    title = Text("同一人不能两次列入专家组", "Nobody sits on a panel twice")


class MemberConflict(Invalid):
    """`conflict` says which: `subject`, `same-unit` or `advisor-not-said`."""

    code = "panel-conflict"
    title = Text("该专家应当回避", "This expert has a conflict of interest")


class MustRecuse(Conflict):
    """`conflict` says which, `member_id` whose."""

    code = "panel-must-recuse"
    title = Text("专家组中有成员应当回避", "A member has a conflict of interest and must leave")


class PanelState(Conflict):
    """`state` says in which state the panel is."""

    code = "panel-state"
    title = Text("专家组当前状态不能进行此操作", "Not possible in the panel's present state")


class NotTheChair(Forbidden):
    code = "not-the-chair"
    title = Text("只有组长可以作出结论", "The chair alone concludes")


class VoteInvalid(Invalid):
    """`allowed` lists the grades of this purpose; empty where points are asked for."""

    code = "vote-invalid"
    title = Text("表决内容不适用于该事项", "This vote does not fit the panel's purpose")


class NoQuorum(Conflict):
    """`needed` and `voted` count members."""

    code = "panel-no-quorum"
    title = Text("表决人数不足", "Too few members have voted")


class PanelNotConcluded(Conflict):
    code = "panel-not-concluded"
    title = Text("专家组尚未作出结论", "No panel has concluded on this")
