"""What can be wrong with a code's request."""

from talent_kit.problems import Conflict, NotFound, Text, Unavailable


class CodeNotIssued(NotFound):
    code = "code-not-issued"
    title = Text("您尚未领取人才码", "You have no talent code yet")


class CodeExists(Conflict):
    code = "code-exists"
    title = Text(
        "已有人才码；如需换发请在 replaces 中给出其序号",
        "You have a code: name its serial in `replaces` to void it for a new one",
    )


class CodeNotCurrent(Conflict):
    code = "code-not-current"
    title = Text("要换发的人才码不是当前有效的", "The code to replace is not the current one")


class NoSigningKey(Unavailable):
    code = "code-key-missing"
    title = Text("当前没有可用的签发密钥", "No key signs codes at this time")
