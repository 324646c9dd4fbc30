"""What can be wrong with a file."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class FileNotFound(NotFound):
    """It does not exist, or is none of the caller's."""

    code = "file-not-found"
    title = Text("没有找到该文件", "No such file")


class NoSuchFile(Invalid):
    """What a request names is no file that the caller brought, or of another type."""

    code = "no-such-file"
    title = Text("没有该文件或类型不符", "There is no such file of yours, or it is of another type")


class FileInUse(Conflict):
    code = "file-in-use"
    title = Text("文件正在使用", "The file is used: take it away there first")


class TooManyFiles(Conflict):
    code = "too-many-files"
    title = Text("文件过多，请先删除", "You have too many files: remove some first")


class FileDamaged(Conflict):
    """What is kept is not what arrived."""

    code = "file-damaged"
    title = Text("文件已损坏，请重新上传", "The file is damaged: send it again")
