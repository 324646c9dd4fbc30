"""From files to people who are found: filed, proven by the registers, matched."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from . import files
from .client import Caller
from .people import Person
from .run import Run

_MATCHING_SECONDS, _MATCHING_SECONDS_EACH = 60.0, 0.05
"""How long to wait for what should be found, at the least and for each person."""
MEASURES = ("2.1", "2.2")


class Filing:
    """What the offices do."""

    def __init__(self, callers: dict[str, Caller], run: Run) -> None:
        self._callers = callers
        self._run = run
        self._before = Counter[tuple[str, str]]()

    async def file(self, people: Sequence[Person]) -> None:
        """The talent office files everybody by one list, some rows of which are wrong."""
        self._before = await self._found()
        job = await self._bring("reviewer", "/v1/filing-lists", files.filing_list(people))
        self._run.jobs["filing list"] = job
        if (job["ok"], job["failed"]) != (len(people), min(len(people), files.BROKEN_ROWS)):
            self._run.surprises.append(f"filing list: {job['ok']} ok, {job['failed']} refused")
        again = await self._bring("reviewer", "/v1/filing-lists", files.filing_list(people))
        if (again["ok"], again["skipped"]) != (0, len(people)):
            self._run.surprises.append(f"the same list again: {again['ok']} ok")

    async def prove(self, people: Sequence[Person]) -> None:
        """The authorities bring what their registers say of people and of where they work."""
        employers = {person.employer.login: person.employer for person in people}.values()
        for name, office, content in (
            ("employers", "registry-office", files.employer_facts(employers)),
            ("education", "school-office", files.person_facts(people, "education")),
            ("pension", "pension-office", files.person_facts(people, "pension")),
            ("talent office", "talent-office", files.person_facts(people, "office")),
        ):
            job = await self._bring(office, "/v1/fact-imports", content)
            self._run.jobs[f"facts: {name}"] = job
            if job["failed"]:
                self._run.surprises.append(f"facts of {name}: {job['failed']} rows refused")

    async def match(self, people: Sequence[Person]) -> None:
        """Wait until the platform has found whom the articles give what."""
        wanted = Counter(
            (measure, person.expected[measure])
            for person in people
            for measure in MEASURES
            if person.expected[measure] != "ineligible"
        )
        deadline = time.monotonic() + _MATCHING_SECONDS + len(people) * _MATCHING_SECONDS_EACH
        while (found := await self._found() - self._before) != wanted:
            if time.monotonic() > deadline:
                self._run.surprises.append(f"found {dict(found)} instead of {dict(wanted)}")
                break
            await asyncio.sleep(0.5)
        self._run.outcomes = found

    async def _found(self) -> Counter[tuple[str, str]]:
        figures = await self._callers["reviewer"].get("/v1/entitlements/figures")
        found = Counter[tuple[str, str]]()
        for row in figures["figures"]:
            if row["measure"] in MEASURES:
                found[row["measure"], row["outcome"]] += row["subjects"]
        return found

    async def _bring(self, who: str, path: str, content: bytes) -> Any:
        """Send a file, wait for its job, and note how fast it went."""
        caller = self._callers[who]
        job = await caller.upload(path, content, "text/csv")
        started = time.perf_counter()
        while job["status"] in ("queued", "running"):
            await asyncio.sleep(0.2)
            job = await caller.get(f"{path}/{job['id']}")
        if job["status"] != "finished":
            raise RuntimeError(f"{path}: {job['status']} {job['failure']}")
        return job | {"seconds": time.perf_counter() - started}
