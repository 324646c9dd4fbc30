"""What can be wrong with a talent's request."""

from talent_kit.problems import Conflict, Invalid, NotFound, Text


class TalentNotFound(NotFound):
    code = "talent-not-found"
    title = Text("没有找到该人才", "No such talent")


class NotRegistered(NotFound):
    code = "talent-not-registered"
    title = Text("您尚未登记为人才", "You have not registered as a talent yet")


class AlreadyRegistered(Conflict):
    code = "talent-already-registered"
    title = Text("此账号已登记", "This login has registered already")


class DocumentRegistered(Conflict):
    """Does not say whose document it is."""

    code = "document-already-registered"
    title = Text("此证件已登记", "This document is registered already")


class FiledOtherwise(Conflict):
    """To an authority alone: it holds the document's number and the name already."""

    code = "filed-otherwise"
    title = Text(
        "此证件已以其他姓名或出生日期登记",
        "It is on file with another name or birth date",
    )


class TooManyDocuments(Conflict):
    code = "too-many-documents"
    title = Text("证件数量已达上限", "No more documents can be added")


class DocumentExpired(Invalid):
    code = "document-expired"
    title = Text("证件已过有效期", "The document is no longer valid")


class DocumentContradicts(Invalid):
    code = "document-contradicts"
    title = Text("与证件号码所载信息不一致", "It contradicts what the document's number tells")


class BirthDateRequired(Invalid):
    code = "birth-date-required"
    title = Text("此类证件须填写出生日期", "This kind of document needs a birth date besides")


class BirthDateImpossible(Invalid):
    code = "birth-date-impossible"
    title = Text("出生日期不可能", "Nobody registering can have been born on that day")


class NationalityRequired(Invalid):
    code = "nationality-required"
    title = Text("此类证件须填写国籍", "This kind of document needs a nationality besides")


class IssuerRequired(Invalid):
    code = "issuer-required"
    title = Text("须填写护照签发国", "A passport is found by its issuing state and number")
