"""The demo's callers against the stack, as long as something is being broken, and what they saw."""

import random
import time
from collections import Counter

import httpx2
from talent_demo.doors import Addresses
from talent_demo.drive import Drive
from talent_demo.people import company
from talent_demo.run import Run

UNREACHED = "no answer"
DARK = ("kill gateway", UNREACHED)
"""Where nobody is left to say it: what was under way to the gateway when it was killed."""


class Answers(httpx2.AsyncBaseTransport):
    """Counts what the gateway answered, by what was being broken just then."""

    def __init__(self, gateway):
        self._gateway = httpx2.URL(gateway)
        self._inner = httpx2.AsyncHTTPTransport(limits=httpx2.Limits(max_connections=16))
        self.during = "start"
        self.counts = Counter()
        self.definite = 0

    async def handle_async_request(self, request):
        try:
            answer = await self._inner.handle_async_request(request)
        except httpx2.TransportError:
            self._note(request, UNREACHED)
            raise
        told = answer.status_code
        if told == 503 and "Retry-After" not in answer.headers:
            told = "503 without Retry-After"
        self._note(request, told)
        return answer

    async def aclose(self):
        await self._inner.aclose()

    def _note(self, request, told):
        if (request.url.host, request.url.port) == (self._gateway.host, self._gateway.port):
            self.counts[self.during, told] += 1
            self.definite += isinstance(told, int) and told < 500

    def indefinite(self):
        """Return what left a caller in the dark."""
        return {
            noted: count
            for noted, count in self.counts.items()
            if noted != DARK and noted[1] not in {*range(500), 503}
        }


class Load:
    """One drive of the demo, round after round, each with people of its own."""

    def __init__(self, stack, http, seed):
        self.run = Run()
        self.drive = Drive(http, self.run, Addresses.of(stack.folder, stack.url))
        self._rng = random.Random(seed)
        self._salt = int(time.time()) % 100_000

    def company(self, count):
        """Return employers and graduates whom the platform does not know yet."""
        self._salt += 1
        return company(self._rng, self._salt, count)

    async def round(self, count):
        """Take so many people from filing to payment."""
        await self.drive.year(*self.company(count))
