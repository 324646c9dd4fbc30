"""The whole platform in one process: `python -m talent_standalone`."""

import asyncio
import logging
import signal
import socket
import sys

import uvloop
from pydantic import ValidationError
from talent_kit.embedded_postgres import (
    EmbeddedPostgres,
    EmbeddedPostgresError,
    ProgramsUnusableError,
)
from talent_kit.logs import configure_logging
from talent_kit.server import PortUnavailable, Server, address, freeze, listen

from .data import DataFolder
from .postgres import keep_running
from .settings import StandaloneSettings

log = logging.getLogger(__name__)

_FAILED = 1
_UNUSABLE = 2
"""Exit code where the settings or the machine do not allow a start."""
_INTERRUPTED = 130
"""Exit code where a signal came before everything was up."""


def main() -> int:
    """Run until a signal; return the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        settings = StandaloneSettings()
        if settings.environment != "development":
            return _refuse("the standalone platform is for development: its issuer trusts anyone")
        configure_logging(settings.log_level)
        return _run(settings)
    except ValidationError as error:
        names = sorted({_variable(str(found["loc"][0])) for found in error.errors()})
        return _refuse(f"settings are not valid: {', '.join(names)}")
    except (PortUnavailable, EmbeddedPostgresError, ProgramsUnusableError, OSError) as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception:
        log.exception("the platform ended by an error")
        return _FAILED


def _run(settings: StandaloneSettings) -> int:
    """Take the port, then the data folder, and only then change anything in it."""
    with listen(settings.host, settings.port) as listener:
        data = DataFolder(settings.data_dir.absolute())
        data.make()
        with (
            EmbeddedPostgres(data.postgres) as postgres,
            listen("127.0.0.1", 0) as bank_listener,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            runner.run(_serve(settings, postgres, data, listener, bank_listener))
    return 0


async def _serve(
    settings: StandaloneSettings,
    postgres: EmbeddedPostgres,
    data: DataFolder,
    listener: socket.socket,
    bank_listener: socket.socket,
) -> None:
    """Serve until the first signal, then finish what is open; a second signal cuts it short."""
    # Only now: loading every service takes seconds, and a refusal should not.
    from .platform import build, prepare  # noqa: PLC0415

    await prepare(postgres, data)
    platform = build(
        settings,
        postgres,
        data,
        own_url=f"http://{address(listener)}",
        bank_url=f"http://{address(bank_listener)}",
    )

    def ready() -> None:
        freeze()
        print(
            f"Talent Cloud is ready: http://{address(listener)}/ (data in {data.path})", flush=True
        )

    server = Server(platform.gateway, listener, settings.grace_seconds, ready)
    bank = Server(platform.bank, bank_listener, grace=1)
    server.stop_on_signals()
    supervisor = asyncio.create_task(keep_running(postgres), name="postgres-supervisor")
    async with bank.running(), platform.running():
        await server.run_until_stopped()
    supervisor.cancel()


def _variable(field: str) -> str:
    return field if field.isupper() else f"TALENT_{field.upper()}"


def _refuse(reason: str) -> int:
    print(f"Talent Cloud cannot start: {reason}", file=sys.stderr)
    return _UNUSABLE


if __name__ == "__main__":
    sys.exit(main())
