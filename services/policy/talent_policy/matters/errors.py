from talent_kit.problems import Conflict, Forbidden, Invalid, NotFound, Text


class NoMatter(NotFound):
    code = "policy.no-matter"
    title = Text("没有找到该事项", "No such matter")


class PartiesInvalid(Invalid):
    code = "policy.matter-parties"
    title = Text("事项的当事方与其类型不符", "A matter of this kind is between others")


class TitleRefused(Invalid):
    code = "policy.matter-title"
    title = Text("涉及个人的事项不写名称", "A matter with a person in it has no title")


class NotYoursToBring(Forbidden):
    code = "policy.matter-not-yours"
    title = Text("该类事项须由主管部门登记", "The authority enters a matter of this kind")


class NotEmployed(Conflict):
    code = "policy.not-employed"
    title = Text("该人才与本单位没有在职关系", "The talent has no standing employment here")
