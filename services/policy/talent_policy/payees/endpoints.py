"""The caller's own bank account over HTTP."""

from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.parts import ClockDep, VaultDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..callers import NotRegistered
from . import service as payees
from .access import OwnerDep, PayeeOwner
from .errors import NoPayee
from .schemas import PayeePut, PayeeRead

_OWN = (Unauthenticated, Forbidden, NotRegistered, NotAnAgent, EmployerNotChosen)

router = noun_router("/payees", "payees")


@router.put("/me", responses=problems(*_OWN, Invalid))
async def put_account(
    body: PayeePut,
    who: PayeeOwner,
    owner: OwnerDep,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> PayeeRead:
    """Put the account on file to which money goes; replaces the former."""
    return await payees.put(session, vault, clock, who, owner, body)


@router.get("/me", responses=problems(*_OWN, NoPayee))
async def read_account(owner: OwnerDep, session: SessionDep, vault: VaultDep) -> PayeeRead:
    """Read the account on file, masked."""
    return await payees.read(session, vault, owner)
