"""What can be wrong with leaving a curriculum vitae."""

from talent_kit.problems import Conflict, NotFound, Text


class BoothNotFound(NotFound):
    code = "booth-not-found"
    title = Text("没有该展位", "There is no such booth")


class CurriculumNotFound(NotFound):
    code = "curriculum-not-found"
    title = Text("没有该简历", "There is no such curriculum vitae")


class NoSeat(Conflict):
    """Only who has a seat at the activity leaves anything there."""

    code = "no-seat"
    title = Text("报名成功后才能投递简历", "Register for the activity first")


class Over(Conflict):
    code = "activity-over"
    title = Text("活动已结束", "The activity is over")
