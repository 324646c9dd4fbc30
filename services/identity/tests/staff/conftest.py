"""The service with a directory that tells what it was asked, and can be away."""

from dataclasses import dataclass, field, replace

import pytest_asyncio
from talent_identity.accounts import Accounts
from talent_identity.main import create_service
from talent_identity.session_keys import SessionKeys

from ..factories import World
from ..holding import Holding


@dataclass
class Told:
    """Accounts by username: their roles and region; None once dismissed."""

    holding: Holding | None = None
    accounts: dict[str, tuple[list[str], str] | None] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)
    away: bool = False
    meanwhile: object = None
    """What happens while the directory is asked."""

    async def login_of(self, username):
        return self.logins.get(username)

    async def appoint(self, username, roles, region):
        await self._asked()
        self.accounts[username] = (list(roles), region)
        return self.logins.setdefault(username, f"login-of-{username}")

    async def dismiss(self, username):
        await self._asked()
        self.accounts[username] = None

    async def reset_password(self, username):
        if username not in self.logins:
            raise LookupError(username)
        return "a-password-for-once"

    async def close(self):
        pass

    async def _asked(self):
        assert self.holding.nothing(), "asked inside a transaction"
        if self.away:
            raise ConnectionError
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            await act()


class Office(World):
    """The world, with a directory of staff."""

    def __init__(self, running, directory):
        super().__init__(running)
        self.directory = directory


@pytest_asyncio.fixture(scope="session")
async def staffed(identity):
    directory = Told()
    accounts = Accounts(SessionKeys(), None, None, directory)
    factory = replace(
        identity,
        create_service=lambda settings, clock: create_service(
            settings, clock=clock, accounts=accounts
        ),
    )
    async with factory.running() as running:
        directory.holding = Holding(running.service.database.engine)
        yield Office(running, directory)


@pytest_asyncio.fixture
async def office(staffed, empty):
    """Nobody appointed, nobody known."""
    await empty(staffed.running)
    staffed.directory.__init__(staffed.directory.holding)
    return staffed
