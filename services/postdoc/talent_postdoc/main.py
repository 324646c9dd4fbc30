"""The composition root for HTTP."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import cast

from fastapi import FastAPI
from opentelemetry.sdk.trace.export import SpanExporter
from talent_kit.app import create_service_app
from talent_kit.calls import ServiceCaller
from talent_kit.clock import Clock
from talent_kit.resolving import HttpIdentity, Identity
from talent_kit.reviews import Follower, Reviews
from talent_kit.service import Service

from .advisors import endpoints as advisors
from .advisors.rules import use as use_titles
from .applications import endpoints as applications
from .applications import service as applications_service
from .applications.establishing import follow
from .calendars import endpoints as calendars
from .candidacies import endpoints as candidacies
from .certificates import endpoints as certificates
from .changes import endpoints as changes
from .deadlines import endpoints as deadlines
from .disciplines import endpoints as disciplines
from .disciplines.rules import use as use_catalogue
from .documents import endpoints as documents
from .evaluations import endpoints as evaluations
from .fellows import endpoints as fellows
from .figures import endpoints as figures
from .grants import endpoints as grants
from .grants import service as granting
from .imports import endpoints as imports
from .links import endpoints as links
from .panels import endpoints as panels
from .plans import endpoints as plans
from .positions import endpoints as positions
from .positions import openings
from .positions.search import Searches
from .register import endpoints as register
from .reviews import endpoints as reviews
from .reviews.service import keep_deadline
from .rights import endpoints as rights
from .settings import PostdocSettings
from .stations import endpoints as stations
from .subscriptions import SUBSCRIBED_TYPES
from .terms import endpoints as terms
from .warnings import endpoints as warnings

MIGRATIONS = str(Path(__file__).parents[1] / "migrations")


FOLLOWERS: Mapping[str, Sequence[Follower]] = {
    applications_service.KIND: (follow,),
    granting.KIND: (granting.follow,),
}
"""What becomes of the subjects of reviews, by their kind."""


class PostdocService(Service):
    """The parts that every service has, reviews, and the world's searches."""

    @cached_property
    def reviews(self) -> Reviews:
        return Reviews(self.clock, self.keyring, FOLLOWERS, always=(keep_deadline,))

    @cached_property
    def searches(self) -> Searches:
        settings = self.settings
        return Searches(settings.database_url.get_secret_value(), settings.database_pool)

    @cached_property
    def identity(self) -> Identity | None:
        """Who tells whom numbers mean; none where the settings do not say how to ask."""
        settings = cast("PostdocSettings", self.settings)
        if not (settings.identity_url and settings.token_url):
            return None
        return HttpIdentity(
            ServiceCaller(
                settings.identity_url,
                token_url=settings.token_url,
                client_id=settings.client_id,
                client_secret=settings.client_secret.get_secret_value(),
                timeout=settings.call_timeout,
            )
        )

    async def close(self) -> None:
        await self.searches.close()
        if self.identity is not None:
            await self.identity.close()
        await super().close()


def create_service(
    settings: PostdocSettings,
    *,
    clock: Clock | None = None,
    exporter: SpanExporter | None = None,
) -> PostdocService:
    """Return the parts of the service; nothing is connected yet.

    Raises CatalogueInvalid or TitlesInvalid for a file of the settings that is none.
    """
    if settings.disciplines_file:
        use_catalogue(settings.disciplines_file)
    if settings.titles_file:
        use_titles(settings.titles_file)
    return PostdocService(
        "postdoc", settings, subscribed_types=SUBSCRIBED_TYPES, clock=clock, exporter=exporter
    )


def create_app(service: Service) -> FastAPI:
    """Return the service's HTTP application."""
    return create_service_app(
        service,
        title="Talent Cloud: postdoc",
        # First, since routes are tried in order and the world asks for these.
        routers=[
            positions.router,
            openings.router,
            register.router,
            imports.templates,
            imports.stations,
            imports.fellows,
            plans.router,
            candidacies.of_position,
            candidacies.router,
            advisors.router,
            applications.router,
            changes.router,
            disciplines.router,
            documents.router,
            links.router,
            panels.router,
            evaluations.router,
            evaluations.evaluations,
            calendars.feeds,
            calendars.calendars,
            deadlines.router,
            rights.router,
            grants.calls,
            grants.grants,
            reviews.router,
            certificates.router,
            certificates.papers,
            fellows.router,
            figures.router,
            stations.router,
            terms.router,
            warnings.router,
        ],
        migrations=MIGRATIONS,
        uploads=(documents.PATH, *imports.PATHS),
    )
