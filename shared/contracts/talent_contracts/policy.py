"""Events of the policy service: topic `talent.policy`. Amounts are integer fen."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from .cloudevent import EventData


class PackPublished(EventData):
    """A version of a policy pack is in force."""

    TYPE: ClassVar[str] = "talent.policy.pack.published.v1"
    SUBJECT = "pack_id"

    pack_id: UUID
    name: str
    region: str
    digest: str
    measures: tuple[str, ...]


class StandingState(EventData):
    """What registers and reviewers have verified of a talent: degree and classes, a code of each.

    Of several words the one that prevails on the day; what was only declared is not told.
    """

    SUBJECT = "talent_id"

    talent_id: UUID
    degree: str | None
    """A value of the fact `person.degree`; none while nobody has verified any."""
    talent_classes: tuple[str, ...]
    """By scheme, such as `province.a` or `city.c`; `city.none`: verified to have none."""


class StandingChanged(StandingState):
    TYPE: ClassVar[str] = "talent.policy.standing.changed.v1"


class ApplicationState(EventData):
    """An application and where it stands; the reasons stay in policy."""

    SUBJECT = "application_id"

    application_id: UUID
    measure: str
    pack: str
    region: str
    status: str
    talent_id: UUID | None
    employer_id: UUID | None
    amount_fen: int | None
    submitted_on: date
    application_number: str | None = None
    """What people call it by; drawn at random. Absent from the oldest events."""
    step: str | None = None
    """What must be done next, such as `review` or `release`; none where nobody must do anything."""


class ApplicationSubmitted(ApplicationState):
    TYPE: ClassVar[str] = "talent.policy.application.submitted.v1"


class ApplicationApproved(ApplicationState):
    TYPE: ClassVar[str] = "talent.policy.application.approved.v1"


class ApplicationRejected(ApplicationState):
    TYPE: ClassVar[str] = "talent.policy.application.rejected.v1"


class ApplicationReturned(ApplicationState):
    TYPE: ClassVar[str] = "talent.policy.application.returned.v1"


class ApplicationWithdrawn(ApplicationState):
    TYPE: ClassVar[str] = "talent.policy.application.withdrawn.v1"


class ApplicationProgressed(ApplicationState):
    """Its payments moved it: owed, on the way, paid, refused or stopped."""

    TYPE: ClassVar[str] = "talent.policy.application.progressed.v1"


class PaymentState(EventData):
    """A payment order: one instalment of an application on its way to the payee."""

    SUBJECT = "payment_id"

    payment_id: UUID
    application_id: UUID
    measure: str
    region: str
    instalment: int
    amount_fen: int
    status: Literal["ordered", "released", "paid", "failed", "stopped"]


class PaymentOrdered(PaymentState):
    TYPE: ClassVar[str] = "talent.policy.payment.ordered.v1"


class PaymentReleased(PaymentState):
    TYPE: ClassVar[str] = "talent.policy.payment.released.v1"


class PaymentMade(PaymentState):
    TYPE: ClassVar[str] = "talent.policy.payment.made.v1"


class PaymentFailed(PaymentState):
    TYPE: ClassVar[str] = "talent.policy.payment.failed.v1"


class PaymentStopped(PaymentState):
    """An instalment fell due whose facts no longer hold; it is not paid."""

    TYPE: ClassVar[str] = "talent.policy.payment.stopped.v1"


class PaymentDisputed(PaymentState):
    """The bank booked another amount than was ordered; finance settles it."""

    TYPE: ClassVar[str] = "talent.policy.payment.disputed.v1"

    # The status of the events published before may not take on another value.
    status: Literal["disputed"]  # type: ignore[assignment]


class PaymentRecoveryState(EventData):
    """Money that must come back, and what of it came: repaid through the bank, or written off."""

    SUBJECT = "recovery_id"

    recovery_id: UUID
    application_id: UUID
    measure: str
    region: str
    amount_fen: int
    repaid_fen: int
    written_off_fen: int
    status: Literal["ordered", "settled"]


class PaymentRecoveryOrdered(PaymentRecoveryState):
    TYPE: ClassVar[str] = "talent.policy.recovery.ordered.v1"


class PaymentRecoveryReceived(PaymentRecoveryState):
    """A repayment was booked from the bank's statement."""

    TYPE: ClassVar[str] = "talent.policy.recovery.received.v1"


class PaymentRecoveryWaived(PaymentRecoveryState):
    """Part of it, or what was left of it, was written off."""

    TYPE: ClassVar[str] = "talent.policy.recovery.waived.v1"


class OfferState(EventData):
    """Money offered without an application: it moves once the one who is paid confirms."""

    SUBJECT = "offer_id"

    offer_id: UUID
    measure: str
    pack: str
    region: str
    status: Literal["open", "confirmed", "declined", "lapsed"]
    talent_id: UUID | None
    employer_id: UUID | None
    amount_fen: int
    application_id: UUID | None
    """What it became, where it was confirmed."""


class OfferMade(OfferState):
    TYPE: ClassVar[str] = "talent.policy.offer.made.v1"


class OfferConfirmed(OfferState):
    TYPE: ClassVar[str] = "talent.policy.offer.confirmed.v1"


class OfferDeclined(OfferState):
    TYPE: ClassVar[str] = "talent.policy.offer.declined.v1"


class OfferLapsed(OfferState):
    """The facts or the rules changed before it was confirmed."""

    TYPE: ClassVar[str] = "talent.policy.offer.lapsed.v1"
