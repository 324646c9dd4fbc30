"""What a fellow is given at the exit, and what everybody reads of it."""

import io
from datetime import date
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from pypdf import PdfReader
from talent_code import format_number
from talent_kit import holders

from ..fellows.story import TERM, Story, code


@pytest_asyncio.fixture
async def exited(world):
    story = await (await Story.begun(world)).assessed()
    world.today(TERM)
    await story.done("exited", story.office, on=TERM)
    return story


async def number(world):
    ((found,),) = await world.rows("SELECT number FROM fellow_certificate")
    return found


async def read(world, typed):
    return await world.send("GET", f"/v1/fellow-certificates/{typed}")


async def correct(story, kind, content):
    items = (await story.read("/entries"))["items"]
    entry = next(each for each in reversed(items) if each["kind"] == kind)
    path = f"/v1/fellows/{story.id}/entries/{entry['id']}/correction"
    body = {"reason": "录入有误", "content": content}
    answer = await story.world.send("POST", path, story.office, json=body)
    assert answer.status_code == 201, answer.text


async def test_everybody_verifies_a_certificate_and_nobody_learns_whose_it_is(world, exited):
    typed = format_number(await number(world)).lower()
    told = (await read(world, typed)).json()
    assert (told["standing"], told["entered_on"], told["exited_on"]) == (
        "valid",
        "2026-09-14",
        "2028-09-13",
    )
    assert told["unit"] == {"zh": "示例企业", "en": "Example enterprise"}
    for secret in (exited.id, exited.talent.id, exited.advisor):
        assert str(secret) not in str(told)


@pytest.mark.parametrize("typed", ["NCPZ0J2S7C80EJJQA", "1", "x" * 64])
async def test_a_number_that_nobody_was_given_is_not_found(world, typed):
    assert code(await read(world, typed)) == (404, "certificate-not-found")


async def test_a_correction_puts_it_right_under_its_number(world, exited):
    before = await number(world)
    await correct(exited, "exited", {"kind": "exited", "on": "2028-09-10"})
    told = (await read(world, before)).json()
    assert (told["standing"], told["exited_on"]) == ("valid", "2028-09-10")
    await correct(exited, "exited", None)
    assert (await read(world, before)).json()["standing"] == "revoked"
    path = f"/v1/fellows/{exited.id}/certificate.pdf"
    assert code(await exited.talent.send("GET", path)) == (409, "certificate-revoked")
    await exited.done("exited", exited.office, on=TERM)
    assert (await read(world, before)).json()["standing"] == "valid"
    assert await number(world) == before


async def test_who_has_not_completed_has_none(world):
    story = await (await Story.begun(world)).entered()
    await story.attach("leave_form", "opinion")
    await story.done("left_early", on=date(2026, 9, 14), ground="other")
    assert not await world.rows("SELECT 1 FROM fellow_certificate")
    path = f"/v1/fellows/{story.id}/certificate.pdf"
    assert code(await story.talent.send("GET", path)) == (404, "certificate-not-found")


def text_of(content):
    (page,) = PdfReader(io.BytesIO(content)).pages
    return "".join(page.extract_text().split())


async def test_its_holder_gets_it_on_paper_and_nobody_else(world, exited):
    path = f"/v1/fellows/{exited.id}/certificate.pdf"
    answer = await exited.talent.send("GET", path)
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        "application/pdf",
        "no-store",
    )
    found = text_of(answer.content)
    for words in (
        "博士后出站证书",
        "持证人于2026年9月14日至2028年9月13日在示例企业",
        "from2026-09-14to2028-09-13",
        format_number(await number(world)),
        f"/v1/fellow-certificates/{await number(world)}",
    ):
        assert words in found
    assert (await exited.talent.send("GET", path)).content == answer.content
    other = await world.talent()
    assert code(await other.send("GET", path)) == (404, "certificate-not-found")
    nothing = f"/v1/fellows/{uuid4()}/certificate.pdf"
    assert code(await exited.talent.send("GET", nothing)) == (404, "certificate-not-found")


async def test_identity_names_the_holder(world, exited, monkeypatch):
    status = [200]

    def handle(_):
        return httpx2.Response(status[0], json={"name": "林**"})

    original, service = httpx2.AsyncClient, world.running.service
    transport = httpx2.MockTransport(handle)
    monkeypatch.setattr(holders.httpx2, "AsyncClient", lambda **_: original(transport=transport))
    named = service.settings.model_copy(update={"identity_url": "http://identity.test"})
    monkeypatch.setattr(service, "settings", named)
    path = f"/v1/fellows/{exited.id}/certificate.pdf"
    assert "林**于2026年" in text_of((await exited.talent.send("GET", path)).content)
    status[0] = 503
    assert code(await exited.talent.send("GET", path)) == (503, "holder-unknown")
