"""Bank accounts on file: sealed with the owner's data key, masked on show."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.identifiers import new_id
from talent_kit.personal import DataKey, Vault

from ..models.money import Payee, Payment
from . import repository
from .errors import NoPayee, PayeeMissing
from .schemas import PayeePut, PayeeRead


class Account(NamedTuple):
    """A bank account in clear: never stored, logged or answered so."""

    number: str
    holder: str
    bank_code: str


async def put(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    who: Principal,
    owner: tuple[str, UUID],
    given: PayeePut,
) -> PayeeRead:
    """Put an account on file, or replace it; payments already at the bank keep the former."""
    kind, owner_id = owner
    key = await vault.data_key(session, owner_id)
    first = new_id()
    # Of requests that come together, one makes the row and the others find it.
    await repository.insert(session, kind, owner_id, first, _sealed(key, clock, first, given))
    payee = await repository.locked(session, kind, owner_id)
    if payee.id != first:
        content = _sealed(key, clock, payee.id, given)
        payee.sqlmodel_update(content, update={"version": payee.version + 1})
        session.add(payee)
        await session.flush()
    await audit.record(session, clock, actor=who.subject, action="payee.put", subject=str(owner_id))
    return _masked(payee, given.account, given.holder)


def _sealed(key: DataKey, clock: Clock, payee_id: UUID, given: PayeePut) -> dict[str, Any]:
    return {
        "account_sealed": key.seal(given.account, "payee", "account", payee_id),
        "holder_sealed": key.seal(given.holder, "payee", "holder", payee_id),
        "bank_code": given.bank_code,
        "account_mask": mask(given.account),
        "changed_at": clock.now(),
    }


async def read(session: AsyncSession, vault: Vault, owner: tuple[str, UUID]) -> PayeeRead:
    """Return the owner's account, masked; raises NoPayee."""
    payee = await repository.find(session, *owner)
    if payee is None:
        raise NoPayee
    account = await _open(session, vault, payee)
    return _masked(payee, account.number, account.holder)


async def own_account(session: AsyncSession, vault: Vault, talent_id: UUID) -> Account | None:
    """Return a talent's account in clear, for the talent alone."""
    owner = ("person", talent_id)
    return (await clear_accounts(session, vault, {owner})).get(owner)


async def clear_accounts(
    session: AsyncSession, vault: Vault, owners: set[tuple[str, UUID]]
) -> dict[tuple[str, UUID], Account]:
    """Return accounts in clear, for the bank alone; owners without one, or erased, are left out."""
    payees = await repository.find_many(session, owners)
    keys = await vault.data_keys(session, [payee.owner_id for payee in payees])
    return {
        (payee.kind, payee.owner_id): _opened(payee, keys[payee.owner_id])
        for payee in payees
        if payee.owner_id in keys
    }


async def changed_since(session: AsyncSession, payments: Sequence[Payment]) -> dict[UUID, datetime]:
    """Return when the account changed, for those payments that were approved before."""
    payees = await on_file(session, payments)
    changed: dict[UUID, datetime] = {}
    for payment in payments:
        payee = payees.get((payment.payee_kind, payment.payee_owner))
        if payee is not None and payee.changed_at > payment.approved_at:
            changed[payment.id] = payee.changed_at
    return changed


async def on_file(
    session: AsyncSession, payments: Sequence[Payment]
) -> dict[tuple[str, UUID], Payee]:
    """Return the accounts on file of those whom payments go to."""
    owners = {(payment.payee_kind, payment.payee_owner) for payment in payments}
    return {
        (payee.kind, payee.owner_id): payee for payee in await repository.find_many(session, owners)
    }


async def require(session: AsyncSession, kind: str, owner_id: UUID) -> None:
    """Raise PayeeMissing unless an account is on file."""
    if await repository.find(session, kind, owner_id) is None:
        raise PayeeMissing


async def _open(session: AsyncSession, vault: Vault, payee: Payee) -> Account:
    return _opened(payee, await vault.data_key(session, payee.owner_id))


def _opened(payee: Payee, key: DataKey) -> Account:
    return Account(
        number=key.open(payee.account_sealed, "payee", "account", payee.id),
        holder=key.open(payee.holder_sealed, "payee", "holder", payee.id),
        bank_code=payee.bank_code,
    )


def mask(number: str) -> str:
    """Return what may be shown of an account to whoever pays: its last digits."""
    return f"****{number[-4:]}"


def _masked(payee: Payee, number: str, holder: str) -> PayeeRead:
    return PayeeRead(
        kind="person" if payee.kind == "person" else "organisation",
        owner_id=payee.owner_id,
        account_masked=f"{'*' * (len(number) - 4)}{number[-4:]}",
        holder_masked=holder[0] + "*" * max(1, len(holder) - 1),
        bank_code=payee.bank_code,
        version=payee.version,
    )
