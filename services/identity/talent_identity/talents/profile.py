"""The sealed part of a talent's record."""

from dataclasses import dataclass, replace
from datetime import date

from .documents import Reading, Residence, Sex, residence_of


@dataclass(frozen=True)
class Profile:
    """Who a talent is in clear; kept as one sealed column, opened as a whole."""

    name: str
    phone: str | None
    birth_date: date
    sex: Sex | None
    nationality: str
    residence: Residence
    birth_date_proven: bool = False
    """Whether an identity number holds the birth date; else it is the talent's own word."""


def same_person(reading: Reading, profile: Profile, *, nationality_may_change: bool) -> bool:
    """Tell whether a further document can be of who registered."""
    return (
        reading.fits_birth_date(profile.birth_date)
        and (None in {reading.sex, profile.sex} or reading.sex == profile.sex)
        and (nationality_may_change or reading.fits_nationality(profile.nationality))
    )


def told_by(reading: Reading, issuer: str, profile: Profile) -> Profile:
    """Take over what a more telling document says of sex, nationality and residence."""
    return replace(
        profile,
        sex=reading.sex or profile.sex,
        nationality=reading.nationality or profile.nationality,
        residence=residence_of(reading, issuer),
        birth_date_proven=profile.birth_date_proven or reading.birth_date is not None,
    )
