"""What can be wrong with publishing or finding a pack."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class NoPack(NotFound):
    code = "policy.no-pack"
    title = Text("没有找到该政策包", "No such policy pack")


class PackRefused(Invalid):
    code = "policy.pack-refused"
    title = Text("政策包检查未通过", "The policy pack does not pass the checks")


class AlreadyPublished(Conflict):
    code = "policy.already-published"
    title = Text("相同内容已经发布", "The same content is published already")


class PackOfAnotherRegion(Conflict):
    code = "policy.pack-of-another-region"
    title = Text("同名政策包属于其他地区", "The pack's name belongs to another region")
