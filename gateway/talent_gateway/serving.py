"""The process that serves on a socket it was given, until told to stop or left alone."""

import asyncio
import os
import socket
import sys
from typing import Any

import uvloop
from pydantic import ValidationError
from pydantic_settings import SettingsError
from talent_kit.logs import configure_logging
from talent_kit.server import Server, freeze
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from .gateway import Gateway
from .http import HttpUpstream
from .settings import GatewaySettings

UNUSABLE = 2
"""Exit code where the settings do not allow a start."""
_LINGER = 2.0
"""Seconds for which an idle connection still gets an answer, and with it is asked to close."""


class DrainingServer(Server):
    """A server that closes no connection on which a request may just be under way."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        # In place: what is being answered has this very list.
        self.server_state.default_headers.append((b"connection", b"close"))
        loop = asyncio.get_running_loop()
        until = loop.time() + _LINGER
        while (  # noqa: ASYNC110 - uvicorn tells nobody of it
            self.server_state.connections and loop.time() < until and not self.force_exit
        ):
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)


def create_gateway(settings: GatewaySettings) -> Gateway:
    """Return the gateway in front of services over HTTP; raises ValueError where one is missing."""
    return Gateway(
        settings,
        {
            name: HttpUpstream(url, connect_seconds=settings.connect_timeout)
            for name, url in settings.upstreams.items()
        },
    )


async def _serve(listener: int, says_ready: int, life: int) -> None:
    # Settings in a file can change until the next reload, those in the environment cannot.
    settings = GatewaySettings(_env_file=os.environ.get("GATEWAY_ENV_FILE"))
    configure_logging(settings.log_level)
    app: Any = create_gateway(settings)
    if settings.trusted_proxies:
        app = ProxyHeadersMiddleware(app, trusted_hosts=settings.trusted_proxies)

    def ready() -> None:
        freeze()
        os.write(says_ready, b"1")
        os.close(says_ready)

    def left_alone() -> None:
        loop.remove_reader(life)
        server.stop()

    loop = asyncio.get_running_loop()
    server = DrainingServer(
        app, socket.socket(fileno=listener), settings.grace_seconds, ready, lifespan=True
    )
    server.stop_on_signals()
    loop.add_reader(life, left_alone)
    await server.run_until_stopped()


def main() -> int:
    """Serve; return the exit code, and say why it is none of 0."""
    try:
        listener, says_ready, life = map(int, sys.argv[1:])
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(listener, says_ready, life))
    except ValidationError as error:
        names = {f"GATEWAY_{found['loc'][0]}".upper() for found in error.errors()}
        sys.stderr.write(f"settings are not valid: {', '.join(sorted(names))}\n")
        return UNUSABLE
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE
    except ValueError as error:
        sys.stderr.write(f"settings are not valid: GATEWAY_UPSTREAMS: {error}\n")
        return UNUSABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())
