"""The composition root for HTTP."""

from pathlib import Path

from fastapi import FastAPI
from opentelemetry.sdk.trace.export import SpanExporter
from talent_kit.app import create_service_app
from talent_kit.clock import Clock

from .accounts import Accounts
from .codes import endpoints as codes
from .employers import endpoints as employers
from .employments import endpoints as employments
from .filing_lists import endpoints as filing_lists
from .parts import IdentityService
from .resolutions import endpoints as resolutions
from .rights import endpoints as rights
from .sessions import endpoints as sessions
from .settings import IdentitySettings
from .staff import endpoints as staff
from .subscriptions import SUBSCRIBED_TYPES
from .talents import endpoints as talents

MIGRATIONS = str(Path(__file__).parent.parent / "migrations")


def create_service(
    settings: IdentitySettings,
    *,
    clock: Clock | None = None,
    exporter: SpanExporter | None = None,
    accounts: Accounts | None = None,
) -> IdentityService:
    """Return the parts of the service; nothing connects before it is used.

    Raises CodeKeysError, SessionKeysError or KeyringError where a key file cannot be read.
    """
    return IdentityService(
        settings,
        subscribed_types=SUBSCRIBED_TYPES,
        clock=clock,
        exporter=exporter,
        accounts=accounts,
    )


def create_app(service: IdentityService) -> FastAPI:
    """Return the service's HTTP application."""
    return create_service_app(
        service,
        title="Talent Cloud: identity",
        routers=[
            # First, since routes are tried in order and counters wait for this one.
            codes.verifications,
            rights.erasures,
            rights.personal_data,
            talents.router,
            employers.router,
            employments.router,
            # Its fixed path before the ids of the other.
            filing_lists.templates,
            filing_lists.router,
            resolutions.router,
            codes.codes,
            codes.keys,
            staff.router,
            sessions.sessions,
            sessions.tokens,
            sessions.keys,
        ],
        migrations=MIGRATIONS,
        uploads=[filing_lists.PATH],
    )
