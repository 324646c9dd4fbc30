"""What can be wrong with a calendar's request."""

from talent_kit.problems import NotFound, Text


class FeedNotFound(NotFound):
    code = "feed-not-found"
    title = Text("没有找到该日历订阅", "No such calendar feed")
