"""What goes in and out of the library. Texts are in both languages, amounts in fen."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.texts import Bilingual

from ..facts.vocabulary import SubjectKind
from ..packs.content import Document, PackContent, Paper


class PackCreate(PackContent):
    """A whole pack, as `python -m talent_policy show PACK` prints it from a folder of YAML."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"description": "A policy pack."}
    )


class PackLine(BaseModel):
    """A published version of a pack."""

    id: UUID
    name: str = Field(examples=["nanping-2021-2"])
    version: int
    region: str
    digest: str
    valid_from: date
    valid_until: date | None
    published_at: datetime
    measures: list[str]


class PackRead(PackLine):
    """A published version with everything in it."""

    content: dict[str, Any]


class CitationRead(BaseModel):
    """Where a text comes from."""

    document: str = Field(examples=["南委人才〔2021〕2号"])
    annex: int
    article: int
    title: Bilingual


class RequirementText(BaseModel):
    """A condition of a measure, in words."""

    id: str
    text: Bilingual
    citation: CitationRead


class MeasureRead(BaseModel):
    """A measure in force, for everybody to read."""

    id: str = Field(examples=["2.2"])
    pack: str
    pack_version: int
    region: str
    title: Bilingual
    citation: CitationRead
    per: SubjectKind
    payee: Literal["person", "organisation"]
    mode: str
    requirements: list[RequirementText]
    facts: list[str]
    """Names of the facts that it may ask for."""
    papers: list[Paper]
    valid_from: date
    valid_until: date | None


class MeasureList(BaseModel):
    """The measures in force on a day."""

    as_of: date
    documents: list[Document]
    measures: list[MeasureRead]
