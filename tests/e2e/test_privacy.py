"""A run through everything leaves no personal data where it does not belong."""

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

import httpx2
import pytest
from talent_demo.doors import Addresses
from talent_demo.drive import Drive
from talent_demo.people import Person, company
from talent_demo.run import Run
from talent_kit.testing.platform import PlatformUnderTest

PEOPLE = 19
"""Each kind of case once."""
TRACES_LATE = 6
"""Seconds: traces leave a process every five."""


@dataclass
class Story:
    """What was played, and what it left."""

    run: Run
    people: list[Person]
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
            for secret in (person.name, person.resident_id, person.phone, person.account)
            if any(secret in text for text in where)
        ]

    async def hear(self, answer: httpx2.Response) -> None:
        await answer.aread()
        self.answers.append(answer)


async def told(platform: PlatformUnderTest) -> Story:
    firms, graduates = company(random.Random(7), 7, PEOPLE)
    story = Story(Run(), graduates)
    async with httpx2.AsyncClient(
        base_url=platform.url, timeout=30, event_hooks={"response": [story.hear]}
    ) as http:
        drive = Drive(http, story.run, Addresses.of(platform.folder, platform.url))
        await drive.staff()
        await drive.year(firms, graduates)
        await drive.reconcile()
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


def test_nothing_personal_stands_in_an_address(story: Story) -> None:
    assert story.found(*(unquote(str(answer.request.url)) for answer in story.answers)) == []


def test_who_is_refused_learns_nothing(story: Story) -> None:
    refused = [answer for answer in story.answers if answer.status_code >= 400]
    assert refused
    assert story.found(*(answer.text for answer in refused)) == []


def test_answers_are_masked(story: Story) -> None:
    clear = {
        (answer.request.method, answer.request.url.path)
        for answer in story.answers
        if story.found(answer.text)
    }
    assert clear == set()


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
