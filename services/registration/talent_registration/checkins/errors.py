"""What can be wrong with a scan's request; that somebody is not let in is an answer."""

from talent_kit.problems import Text, Unavailable


class TooManyScans(Unavailable):
    code = "too-many-at-once"
    title = Text("扫码过多，请稍候重试", "Too many scans at once: try again in a moment")
