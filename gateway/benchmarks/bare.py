"""The gateway's server without the gateway: `python bare.py PORT [PORT-OF-A-SERVICE]`.

It answers each request by itself, or passes it on to a service by the gateway's connections, with
nothing checked, logged or traced: what the gateway's own work comes on top of.
"""

import socket
import sys

import uvloop
from bench_gateway import CONTENT
from starlette.types import Receive, Scope, Send
from talent_gateway import HttpUpstream
from talent_gateway.serving import DrainingServer
from talent_kit.server import freeze

BODY = CONTENT.encode()
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]


async def by_itself(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})


async def main() -> None:
    port, *service = sys.argv[1:]
    app = HttpUpstream(f"http://127.0.0.1:{service[0]}") if service else by_itself
    listener = socket.create_server(("127.0.0.1", int(port)))
    server = DrainingServer(app, listener, 1, freeze)
    server.stop_on_signals()
    await server.run_until_stopped()


if __name__ == "__main__":
    uvloop.run(main())
