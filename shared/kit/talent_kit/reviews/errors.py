"""What can be wrong with a request about a review."""

from ..problems import Conflict, Forbidden, NotFound, Text


class ReviewNotFound(NotFound):
    code = "review-not-found"
    title = Text("没有找到该审核事项", "No such review")


class ObjectionNotFound(NotFound):
    code = "objection-not-found"
    title = Text("没有找到待答复的异议", "No such objection waits for an answer")


class NotPossibleInStep(Conflict):
    """`status` and `step` say where the review is."""

    code = "not-possible-in-step"
    title = Text("当前审核环节不能进行此操作", "Not possible in the review's present step")


class NotYourStep(Forbidden):
    """`step` and `region` say whose it is; `due_on`, when the offices above may do it."""

    code = "not-your-step"
    title = Text("该环节不由您办理", "This step is another office's")


class OwnSubmission(Forbidden):
    code = "own-submission"
    title = Text("不得审核本人提交的事项", "Nobody decides what they submitted themselves")


class AlreadyObjected(Conflict):
    code = "already-objected"
    title = Text("您已对此公示提出异议", "You have lodged an objection to this already")


class AlreadyUnderReview(Conflict):
    code = "already-under-review"
    title = Text("该事项已在审核中", "It is under review already")
