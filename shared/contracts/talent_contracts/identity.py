"""Events of the identity service: topic `talent.identity`.

State events carry the aggregate's whole public state, so that any projection can be rebuilt.
"""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from .cloudevent import EventData


class TalentState(EventData):
    """A talent under a pseudonymous id, with the facts that policies ask for."""

    SUBJECT = "talent_id"

    talent_id: UUID
    login: str | None
    """The issuer's subject that acts for this talent; opaque. None: on file, not registered yet."""
    region: str
    birth_date: date
    birth_date_proven: bool = False
    """Whether it stands in an identity number; else it is the talent's own word."""
    nationality: str
    """ISO 3166-1 alpha-3."""
    residence: Literal["mainland", "hong_kong", "macau", "taiwan", "foreign"]
    formerly: tuple[UUID, ...] = ()
    """Erased talents who were the same person: what was paid to them counts as paid to this one."""


class TalentRegistered(TalentState):
    TYPE: ClassVar[str] = "talent.identity.talent.registered.v1"


class TalentUpdated(TalentState):
    TYPE: ClassVar[str] = "talent.identity.talent.updated.v1"


class TalentErased(EventData):
    """A talent was erased at their own wish: nothing personal of them may be kept any more."""

    TYPE: ClassVar[str] = "talent.identity.talent.erased.v1"
    SUBJECT = "talent_id"

    talent_id: UUID


class EmployerState(EventData):
    """An employer and the logins that may act for it."""

    SUBJECT = "employer_id"

    employer_id: UUID
    region: str
    kind: str
    agents: tuple[str, ...]


class EmployerRegistered(EmployerState):
    TYPE: ClassVar[str] = "talent.identity.employer.registered.v1"


class EmployerUpdated(EmployerState):
    TYPE: ClassVar[str] = "talent.identity.employer.updated.v1"


class EmploymentState(EventData):
    """An employment between a talent and an employer, with its labour contract."""

    SUBJECT = "employment_id"

    employment_id: UUID
    talent_id: UUID
    employer_id: UUID
    status: Literal["declared", "confirmed", "rejected", "ended"]
    arrangement: str
    contract_kind: str
    contract_from: date
    contract_until: date | None
    """Last day of the term, inclusive; none for a contract without end."""
    ended_on: date | None


class EmploymentDeclared(EmploymentState):
    TYPE: ClassVar[str] = "talent.identity.employment.declared.v1"


class EmploymentUpdated(EmploymentState):
    TYPE: ClassVar[str] = "talent.identity.employment.updated.v1"


class EmploymentConfirmed(EmploymentState):
    TYPE: ClassVar[str] = "talent.identity.employment.confirmed.v1"


class EmploymentRejected(EmploymentState):
    TYPE: ClassVar[str] = "talent.identity.employment.rejected.v1"


class EmploymentEnded(EmploymentState):
    TYPE: ClassVar[str] = "talent.identity.employment.ended.v1"


class CodeIssued(EventData):
    """A talent code was issued; codes of a lower serial are void. The number stays out.

    `code_digest` is the SHA-256 of the number, in hex: who is shown a code finds its talent by
    it, and nobody finds one of 2**80 numbers by its digest.
    """

    TYPE: ClassVar[str] = "talent.identity.code.issued.v1"
    SUBJECT = "talent_id"

    talent_id: UUID
    serial: int
    code_digest: str | None = None


class StaffState(EventData):
    """What somebody is appointed to do in a region, under the appointment's id alone."""

    SUBJECT = "appointment_id"

    appointment_id: UUID
    region: str
    roles: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    """Last day, inclusive; none where it stands until it is ended."""


class StaffAppointed(StaffState):
    TYPE: ClassVar[str] = "talent.identity.staff.appointed.v1"


class StaffUpdated(StaffState):
    TYPE: ClassVar[str] = "talent.identity.staff.updated.v1"


class StaffDismissed(StaffState):
    TYPE: ClassVar[str] = "talent.identity.staff.dismissed.v1"
