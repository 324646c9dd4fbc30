"""Verifying a scanned code online: what an offline check does, and whether the code still stands.

This is the path that counters wait for: two reads and the audit entry, no ORM objects.
"""

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_code import CodeClaims, TalentCodeError, decode
from talent_kit import audit
from talent_kit.auth import Principal

from ..parts import IdentityService
from ..talents.names import masked_name
from ..talents.repository import opened_profile
from . import repository
from .schemas import CodeForm, Verdict

SUPERSEDED = "superseded"
UNKNOWN_NUMBER = "unknown-number"


async def verify(
    session: AsyncSession, parts: IdentityService, who: Principal, payload: str
) -> Verdict:
    """Tell whether a code is good now, and enter the scan into the audit log."""
    now = parts.clock.now()
    try:
        claims = decode(payload, parts.code_keys.published, now)
    except TalentCodeError as refusal:
        verdict = Verdict(valid=False, reason=refusal.code.value, checked_at=now)
        await _record(session, parts, who, "code:unreadable", verdict)
        return verdict
    subject, verdict = await _standing(session, parts, claims)
    await _record(session, parts, who, subject, verdict)
    return verdict


async def _standing(
    session: AsyncSession, parts: IdentityService, claims: CodeClaims
) -> tuple[str, Verdict]:
    """Return the audit log's subject and the verdict on a code that is in itself good."""
    now = parts.clock.now()
    holder = await repository.holder(session, claims.number)
    if holder is None:
        return "code:unknown", Verdict(valid=False, reason=UNKNOWN_NUMBER, checked_at=now)
    subject = f"talent:{holder.talent_id}"
    if holder.voided or holder.serial != claims.serial:
        return subject, Verdict(valid=False, reason=SUPERSEDED, checked_at=now)
    keys = await parts.vault.data_keys(session, [holder.talent_id])
    if holder.talent_id not in keys:
        return subject, Verdict(valid=False, reason=UNKNOWN_NUMBER, checked_at=now)
    profile = opened_profile(keys[holder.talent_id], holder.talent_id, holder.sealed_profile)
    return subject, Verdict(
        valid=True,
        number=claims.number,
        name=masked_name(profile.name),
        region=holder.region,
        form=CodeForm.of(claims.form),
        checked_at=now,
    )


async def _record(
    session: AsyncSession, parts: IdentityService, who: Principal, subject: str, verdict: Verdict
) -> None:
    await audit.record(
        session,
        parts.clock,
        actor=who.subject,
        action="code.verified",
        subject=subject,
        region=who.region,
        detail={"valid": verdict.valid, "reason": verdict.reason, "form": verdict.form},
    )
