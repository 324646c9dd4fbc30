"""The sample's composition root."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic_settings import SettingsConfigDict
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import CodeIssued
from talent_kit.app import create_service_app
from talent_kit.commands import ServiceCommands
from talent_kit.service import Service
from talent_kit.settings import ServiceSettings
from talent_kit.worker import Worker

from . import imports
from .models import Effect
from .notes import router

MIGRATIONS = str(Path(__file__).parent / "migrations")


class SampleSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="SAMPLE_")


def create_service(settings: SampleSettings, **parts: Any) -> Service:
    return Service("sample", settings, subscribed_types=[CodeIssued.TYPE], **parts)


def create_app(
    service: Service, lifespan: Callable[[], AbstractAsyncContextManager[None]] | None = None
) -> FastAPI:
    return create_service_app(
        service,
        title="Sample",
        routers=[router, imports.router],
        migrations=MIGRATIONS,
        uploads=[imports.PATH],
        lifespan=lifespan,
    )


async def count(session: AsyncSession, event: CodeIssued) -> None:
    """Count the effect; a second one of the same event would show."""
    statement = insert(Effect).values(subject=event.talent_id, serial=event.serial, applied=1)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["subject", "serial"], set_={"applied": Effect.applied + 1}
        )
    )


def create_worker(service: Service) -> Worker:
    return Worker(service, {CodeIssued: count}, {}, [imports.NUMBERS])


def commands(
    settings: Callable[[], SampleSettings] = SampleSettings,
) -> ServiceCommands[Service]:
    return ServiceCommands(
        "kit_sample",
        settings=settings,
        create_service=create_service,
        create_app=create_app,
        create_worker=create_worker,
        migrations=MIGRATIONS,
    )
