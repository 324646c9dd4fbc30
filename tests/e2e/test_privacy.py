"""A run through everything leaves no personal data where it does not belong."""

import asyncio
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest
from talent_demo.checks import out_of_balance, undelivered
from talent_demo.doors import Addresses, door_of
from talent_demo.drive import Drive
from talent_demo.people import Person, company
from talent_demo.run import Run
from talent_kit.testing.platform import PlatformUnderTest

PEOPLE = 19
"""Each kind of case once."""
FIRMS = 3
"""Each kind of employer once."""
EXPORTS = [f"/v1/personal-data/{service}/export" for service in ("identity", "policy")]
"""What a talent asks for in clear."""
TRACES_LATE = 6
"""Seconds: traces leave a process every five."""


@dataclass
class Story:
    """What was played, and what it left."""

    run: Run
    people: list[Person]
    books: dict[str, Any] = field(default_factory=dict)
    answers: list[httpx2.Response] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    logs: str = ""
    traces: str = ""

    def found(self, *where: str) -> list[tuple[str, str]]:
        """Return what is personal in some texts, and whose."""
        return [
            (person.case, secret)
            for person in self.people
            for secret in secrets(person)
            if any(secret in text for text in where)
        ]

    async def hear(self, answer: httpx2.Response) -> None:
        await answer.aread()
        self.answers.append(answer)


def secrets(person: Person) -> list[str]:
    escaped = json.dumps(person.name).strip('"')
    return [person.name, escaped, person.resident_id, person.phone, person.account]


async def told(platform: PlatformUnderTest) -> Story:
    firms, graduates = company(random.Random(7), 7, PEOPLE, FIRMS)
    story = Story(Run(), graduates)
    async with httpx2.AsyncClient(
        base_url=platform.url, timeout=30, event_hooks={"response": [story.hear]}
    ) as http:
        stack = Addresses.of(platform.folder, platform.url)
        drive = Drive(http, story.run, stack)
        await drive.staff()
        await drive.year(firms, graduates)
        talent = await door_of(http, stack).caller(graduates[0].login, "talent")
        for export in EXPORTS:
            await talent.get(export)
        story.books = await drive.reconcile()
    story.stored = {name: await platform.stored(name) for name in platform.databases}
    story.messages = await platform.messages()
    story.logs = platform.logs()
    return story


@pytest.fixture(scope="module")
def story(platform, collector) -> Iterator[Story]:
    story = asyncio.run(told(platform))
    time.sleep(TRACES_LATE)
    story.traces = b"".join(collector.traces).decode("utf-8", "replace")
    return story


def test_outcomes_are_those_of_the_articles(story: Story) -> None:
    assert story.run.surprises == []
    assert story.run.codes_verified == 5


def test_the_books_are_even_and_every_event_arrived_once(story: Story) -> None:
    """These are of all that its session has done, the fuzzed calls too."""
    assert out_of_balance(story.books) + undelivered(story.books["events"]) == []


def test_nothing_personal_stands_in_an_address(story: Story) -> None:
    assert story.found(*(unquote(str(answer.request.url)) for answer in story.answers)) == []


def test_who_is_refused_learns_nothing(story: Story) -> None:
    refused = [answer for answer in story.answers if answer.status_code >= 400]
    assert refused
    assert story.found(*(answer.text for answer in refused)) == []


def test_answers_are_masked_but_what_a_talent_takes_along(story: Story) -> None:
    clear = [answer for answer in story.answers if story.found(answer.text)]
    assert [answer.request.url.path for answer in clear] == EXPORTS


def test_nothing_personal_is_stored_in_clear(story: Story) -> None:
    assert story.people[0].id in story.stored["identity"]
    assert {name for name, text in story.stored.items() if story.found(text)} == set()


def test_nothing_personal_travels(story: Story) -> None:
    assert any(story.people[0].id in message for message in story.messages)
    assert story.found(*story.messages) == []


def test_nothing_personal_is_logged(story: Story) -> None:
    assert '"message": "request"' in story.logs
    assert story.found(story.logs) == []


def test_nothing_personal_is_traced(story: Story) -> None:
    assert "/v1/applications" in story.traces
    assert story.found(story.traces) == []
