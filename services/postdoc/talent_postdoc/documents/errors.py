"""What can be wrong with a document's request."""

from collections.abc import Collection
from typing import Any

from talent_kit.problems import Conflict, Forbidden, Invalid, NotFound, Text


class DocumentNotFound(NotFound):
    code = "document-not-found"
    title = Text("没有找到该文件", "No such document")


class SubjectNotFound(NotFound):
    """It does not exist, or is none of the caller's."""

    code = "document-subject-not-found"
    title = Text("没有找到文件所属事项", "What the document belongs to was not found")


class DocumentKindUnknown(Invalid):
    code = "document-kind-unknown"
    title = Text("没有此种文件类别", "No such kind of document")


class DocumentDamaged(Conflict):
    """What is kept is not what arrived."""

    code = "document-damaged"
    title = Text("文件已损坏，请重新上传", "The document is damaged: send it again")


class DocumentsMissing(Conflict):
    """`missing` names the kinds that must be attached first."""

    code = "documents-missing"
    title = Text("缺少所需材料", "Documents are missing")

    def __init__(self, kinds: Collection[str] = (), **more: Any) -> None:
        super().__init__(missing=sorted(kinds), **more)
        self.kinds = kinds


class DocumentsTooMany(Conflict):
    """`most` is how many one affair may have."""

    code = "documents-too-many"
    title = Text("该事项的文件数量已达上限", "The affair has as many documents as it may")


class DocumentsTooLarge(Conflict):
    """`most` is how many bytes the documents of one affair may be together."""

    code = "documents-too-large"
    title = Text("该事项的文件总大小超过上限", "The documents of the affair are too large together")


class NotYourDocument(Forbidden):
    code = "not-your-document"
    title = Text("只有上传者可以撤回文件", "Only who attached a document withdraws it")


class DocumentRelied(Conflict):
    code = "document-relied-on"
    title = Text("文件已用于办理，不能撤回", "Something was decided upon it: it stays")
