"""The pages for people."""

import re
from pathlib import Path

import pytest
import talent_gateway

SITE = Path(talent_gateway.__file__).parent / "site"


@pytest.mark.parametrize(
    ("accepted", "query", "language"),
    [
        ("zh-CN,zh;q=0.9", "", "zh"),
        ("en-GB,en;q=0.9", "", "en"),
        ("", "", "zh"),
        ("zh", "?lang=en", "en"),
        ("en", "?lang=zh", "zh"),
        ("en", "?lang=fr", "en"),
    ],
)
async def test_the_first_page_speaks_the_callers_language(edge, accepted, query, language):
    answer = await edge.client.get(f"/{query}", headers={"Accept-Language": accepted})
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    assert ("人才服务云平台" in answer.text) == (language == "zh")
    for place in ("/docs", "/openapi.json", "/health/ready"):
        assert f'href="{place}"' in answer.text
    assert "curl http://gateway.test/health/ready" in answer.text


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (b"talent.test:8443", "http://talent.test:8443"),
        (b"[::1]:8000", "http://[::1]:8000"),
        (b"<script>", "http://127.0.0.1:8000"),
        (b"a.test/path", "http://127.0.0.1:8000"),
        (b"a.test; rm -rf", "http://127.0.0.1:8000"),
    ],
)
async def test_only_a_plain_host_is_repeated(edge, host, origin):
    answer = await edge.client.get("/", headers={b"Host": host})
    assert f"curl {origin}/health/ready" in answer.text
    assert host in answer.content or origin == "http://127.0.0.1:8000"


async def test_a_set_address_is_shown_in_place_of_the_host(make_edge):
    async with make_edge(public_url="https://talent.test") as edge:
        assert "curl https://talent.test/health/ready" in (await edge.client.get("/")).text
        document = (await edge.client.get("/openapi.json")).json()
        assert document["servers"] == [{"url": "https://talent.test"}]


async def test_the_documentation_page_needs_nothing_from_elsewhere(edge):
    page = await edge.client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    found = re.findall(r'(?:src|href)="(?!data:)([^"]+)"', page.text)
    assert found
    assert {path for path in found if not path.startswith("/")} == set()
    for path in found:
        assert (await edge.client.get(path)).status_code == 200
    for file in SITE.iterdir():
        assert not re.search(r"(?:https?:)?//[a-z]", file.read_text("utf-8").replace("{{", "")), (
            file
        )


async def test_every_file_of_the_site_is_served_and_loads_only_what_is(edge):
    for file in SITE.glob("*.js"):
        answer = await edge.client.get(f"/docs/{file.name}")
        assert answer.headers["content-type"].startswith("text/javascript")
        for module in re.findall(r'from "\./([^"]+)"', answer.text):
            assert (await edge.client.get(f"/docs/{module}")).status_code == 200


def test_both_languages_have_the_same_texts():
    source = (SITE / "texts.js").read_text("utf-8")
    zh, en = re.search(r"zh: \{(.*?)\n  \},\n  en: \{(.*?)\n  \},", source, re.DOTALL).groups()
    keys = [set(re.findall(r"\b(\w+): [\"(]", part)) for part in (zh, en)]
    assert keys[0] == keys[1]
    used = set(re.findall(r'data-text="(\w+)"', (SITE / "docs.html").read_text("utf-8")))
    for name in ("docs.js", "schemas.js"):
        used |= set(re.findall(r'\btext\("(\w+)"\)', (SITE / name).read_text("utf-8")))
    assert used == keys[0]


async def test_a_page_is_only_read(edge):
    for path in ("/", "/docs", "/openapi.json"):
        assert (await edge.client.post(path)).status_code == 405
        assert (await edge.client.head(path)).status_code == 200
