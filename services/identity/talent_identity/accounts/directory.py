"""The directory of accounts: what this service asks of it."""

from collections.abc import Collection
from enum import StrEnum
from typing import Protocol


class StaffRole(StrEnum):
    """Roles that an appointment gives and its end takes; other roles of an account stay."""

    REVIEWER = "reviewer"
    FINANCE = "finance"
    POLICY_ADMIN = "policy_admin"
    STATION_ADMIN = "station_admin"
    ORGANISER = "organiser"
    SCANNER = "scanner"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class DirectoryUnavailable(ConnectionError):  # noqa: N818 - a state that passes, and is tried again
    """The directory gave no answer, or none that counts."""


class Directory(Protocol):
    """Keeps the accounts of talents, staff and employers' agents; every act may be repeated.

    Each raises DirectoryUnavailable.
    """

    async def add_talent(self, handle: str) -> None:
        """Make an account with the role of talents, linked to a user of WeChat by their handle."""

    async def remove_talent(self, login: str) -> None:
        """Take an account's link and role of talents away; one that is nothing else is deleted."""

    async def add_agent(self, username: str) -> str:
        """Make an account of an employer's agent if it is not there; return its login."""

    async def login_of(self, username: str) -> str | None:
        """Return the login of an account, or None where there is none."""

    async def appoint(self, username: str, roles: Collection[str], region: str) -> str:
        """Give an account exactly these roles of staff, made if missing; return its login."""

    async def dismiss(self, username: str) -> None:
        """Take an account's roles of staff away and end its sessions."""

    async def reset_password(self, username: str) -> str:
        """Set and return a password that must be changed at the next sign-in; ends sessions.

        Raises LookupError where there is no such account.
        """

    async def close(self) -> None: ...


class NoDirectory:
    """For the development issuer, which keeps no accounts and gives anyone any role.

    An appointment is recorded, and there is nothing to apply it to.
    """

    async def add_talent(self, handle: str) -> None:
        """The issuer takes any handle."""

    async def remove_talent(self, login: str) -> None:
        """Nothing is kept."""

    async def add_agent(self, username: str) -> str:
        """Whoever asks the issuer for this subject is this login."""
        return username

    async def login_of(self, username: str) -> str | None:
        """Whoever asks the issuer for this subject is this login."""
        return username

    async def appoint(
        self,
        username: str,
        roles: Collection[str],  # noqa: ARG002 - the port's
        region: str,  # noqa: ARG002 - the port's
    ) -> str:
        """Whoever asks the issuer for this subject is this login."""
        return username

    async def dismiss(self, username: str) -> None:
        """Nothing is kept."""

    async def reset_password(self, username: str) -> str:
        raise LookupError(username)

    async def close(self) -> None:
        """Nothing is open."""
