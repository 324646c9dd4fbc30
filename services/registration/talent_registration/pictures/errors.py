"""What can be wrong with pictures."""

from talent_kit.problems import NotFound, Text


class PictureNotFound(NotFound):
    code = "picture-not-found"
    title = Text("没有该图片", "There is no such picture")
