"""A small service over TCP that follows a script, and a caller of it."""

import asyncio
from contextlib import asynccontextmanager

from talent_gateway import HttpUpstream

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
KEY = (b"idempotency-key", b"key-00000001")


class Service:
    """Hands each connection to the next script; the last one is used again and again."""

    def __init__(self, *scripts):
        self._scripts = list(scripts)
        self.requests = []
        self.connections = 0

    async def serve(self, reader, writer):
        self.connections += 1
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        try:
            await script(self, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def request(self, reader):
        head = await reader.readuntil(b"\r\n\r\n")
        length = [line for line in head.split(b"\r\n") if line.startswith(b"content-length: ")]
        body = await reader.readexactly(int(length[0].split(b": ")[1])) if length else b""
        self.requests.append((head, body))


def says(*answers, then=None):
    """Answer one request after another with these bytes, then close or do something else."""

    async def script(service, reader, writer):
        for answer in answers:
            await service.request(reader)
            writer.write(answer)
        await writer.drain()
        if then is not None:
            await then(service, reader, writer)

    return script


async def keeps(service, reader, writer):
    await reader.read()


async def resets(service, reader, writer):
    await service.request(reader)
    writer.transport.abort()


@asynccontextmanager
async def upstream(*scripts, **options):
    service = Service(*scripts)
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    made = HttpUpstream(f"http://127.0.0.1:{port}", **options)
    try:
        async with made.lifespan():
            yield made, service
    finally:
        server.close()


class Asked:
    """One request to an upstream, and what was sent in answer."""

    def __init__(self, method="GET", path="/v1/talents", *, headers=(), pieces=(b"",), pace=None):
        body = b"".join(pieces)
        self._messages = [
            {"type": "http.request", "body": piece, "more_body": at < len(pieces) - 1}
            for at, piece in enumerate(pieces)
        ]
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"gateway.test"), *headers]
            + ([(b"content-length", b"%d" % len(body))] if body else []),
        }
        self.status = 0
        self.headers = []
        self.body = b""
        self.sizes = []
        self.complete = False
        self._pace = pace

    async def receive(self):
        if not self._messages:
            await asyncio.Event().wait()
        return self._messages.pop(0)

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
            return
        self.sizes.append(len(message["body"]))
        self.body += message["body"][:100]
        self.complete = not message["more_body"]
        if self._pace is not None:
            await self._pace()

    async def of(self, made):
        await asyncio.wait_for(made(self.scope, self.receive, self.send), 5)
        return self
