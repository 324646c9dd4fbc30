"""Issuing codes and signing them for showing."""

from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_code import CodeClaims, encode, new_number, number_digest
from talent_contracts import CodeIssued
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.clock import local_date
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event

from ..models import Code, Talent
from ..parts import IdentityService
from ..talents import service as talents
from . import errors, repository
from .schemas import CodeForm, CodeIssue, IssuedCode, JsonWebKey, JsonWebKeySet, ShownCode


async def issue(
    session: AsyncSession, parts: IdentityService, who: Principal, body: CodeIssue
) -> IssuedCode:
    """Issue the caller's code: the first, or one with a new number in place of the current one."""
    talent = await talents.own(session, who, for_update=True)
    former = await repository.current(session, talent.id)
    if former is not None and body.replaces is None:
        raise errors.CodeExists(serial=former.serial)
    if body.replaces is not None and (former is None or former.serial != body.replaces):
        raise errors.CodeNotCurrent(field="body.replaces")
    now = parts.clock.now()
    if former is not None:
        former.voided_at = now
        await session.flush()
    code = Code(
        id=new_id(),
        talent_id=talent.id,
        number=new_number(),
        serial=former.serial + 1 if former else 1,
        issued_at=now,
        voided_at=None,
    )
    session.add(code)
    talent.version += 1
    await save_event(session, parts.clock, issued(talent, code))
    await audit.record(
        session,
        parts.clock,
        actor=who.subject,
        action="code.issued",
        subject=f"talent:{talent.id}",
        region=talent.region,
        detail={"serial": code.serial},
    )
    return IssuedCode(number=code.number, serial=code.serial, issued_at=code.issued_at)


def issued(talent: Talent, code: Code) -> CodeIssued:
    """Return the issue of a talent's code as an event."""
    return CodeIssued(
        version=talent.version,
        talent_id=talent.id,
        serial=code.serial,
        code_digest=number_digest(code.number).hex(),
    )


async def show(
    session: AsyncSession, parts: IdentityService, who: Principal, form: CodeForm
) -> ShownCode:
    """Sign the caller's current code anew; raises CodeNotIssued, NoSigningKey."""
    talent = await talents.own(session, who)
    code = await repository.current(session, talent.id)
    if code is None:
        raise errors.CodeNotIssued
    now = parts.clock.now()
    key = parts.code_keys.current(now)
    if key is None:
        raise errors.NoSigningKey
    if form is CodeForm.DYNAMIC:
        claims = CodeClaims.dynamic(
            issuer=key.issuer, number=code.number, serial=code.serial, issued_at=now
        )
    else:
        claims = CodeClaims.static(
            issuer=key.issuer,
            number=code.number,
            serial=code.serial,
            issued_at=now,
            last_day=local_date(now) + timedelta(days=parts.settings.static_code_days),
        )
    return ShownCode(
        number=code.number,
        serial=code.serial,
        form=form,
        payload=encode(claims, key),
        issued_at=claims.issued_at,
        expires_at=claims.expires_at,
    )


def published_keys(parts: IdentityService) -> JsonWebKeySet:
    """Return the public keys that verify codes, also those that begin later."""
    keys = [JsonWebKey.model_validate(key.to_jwk()) for key in parts.code_keys.published]
    return JsonWebKeySet(keys=keys)
