"""What can be wrong with a rating."""

from talent_kit.problems import Conflict, Forbidden, Invalid, NotFound, Text


class NotAttended(Forbidden):
    code = "not-attended"
    title = Text("到场后才能评价", "Only those who were there rate it")


class RatingOver(Conflict):
    """`until` says until when it was possible."""

    code = "rating-over"
    title = Text("评价时间已过", "It can no longer be rated")


class AnswerUnknown(Invalid):
    code = "answer-unknown"
    title = Text("调查中没有该题目或选项", "The survey has no such question or choice")


class FollowUpNotFound(NotFound):
    code = "follow-up-not-found"
    title = Text("没有该整改事项", "There is no such follow-up")


class FollowedUp(Conflict):
    code = "followed-up"
    title = Text("该事项已办结", "It has been followed up already")
