"""What search engines and feed readers get."""

import csv
import io
from xml.etree import ElementTree as ET

from talent_postdoc.positions import downloads

from .opened import Recruiting

ATOM = "{http://www.w3.org/2005/Atom}"


async def test_a_position_is_a_job_posting_with_all_that_is_required(world):
    here = await Recruiting.begun(world)
    about = {"zh": "第一段<b>\n第二段", "en": "First & foremost\nSecond"}
    position = await here.published(about=about)
    path = f"/v1/positions/{position}/job-posting"
    answer = await world.send("GET", path, headers={"Accept-Language": "en"})
    assert answer.headers["Content-Type"] == "application/ld+json"
    told = answer.json()
    assert (told["@context"], told["@type"]) == ("https://schema.org", "JobPosting")
    assert told["title"] == "Photonic materials"
    assert told["description"] == "<p>First &amp; foremost</p><p>Second</p>"
    assert told["datePosted"] == "2026-09-01"
    assert told["validThrough"] == "2026-10-31T23:59:59+08:00"
    assert told["hiringOrganization"]["name"] == "Example enterprise"
    assert told["jobLocation"]["address"] == {
        "@type": "PostalAddress",
        "addressCountry": "CN",
        "addressLocality": "Yanping",
        "addressRegion": "Fujian",
    }
    assert told["baseSalary"]["value"]["minValue"] == 300_000
    assert told["url"].endswith(f"/v1/positions/{position}")
    chinese = (await world.send("GET", path)).json()
    assert chinese["description"] == "<p>第一段&lt;b&gt;</p><p>第二段</p>"
    await here.close(position)
    assert (await world.send("GET", path)).status_code == 404


async def test_new_positions_are_fed_in_the_reader_s_language(world):
    here = await Recruiting.begun(world)
    empty = ET.fromstring((await world.send("GET", "/v1/positions/feed.atom")).content)
    assert empty.findtext(f"{ATOM}updated") is not None
    position = await here.published(title={"zh": "一号<岗位>", "en": "One & only"})
    english = {"Accept-Language": "en"}
    answer = await world.send("GET", "/v1/positions/feed.atom", headers=english)
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)
    assert feed.findtext(f"{ATOM}title") == "Postdoc positions"
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{position}"
    assert entry.findtext(f"{ATOM}title") == "One & only"
    chinese = ET.fromstring((await world.send("GET", "/v1/positions/feed.atom")).content)
    assert chinese.find(f"{ATOM}entry/{ATOM}title").text == "一号<岗位>"
    none = await world.send("GET", "/v1/positions/feed.atom?region=330000")
    assert ET.fromstring(none.content).findall(f"{ATOM}entry") == []


async def test_all_that_is_open_is_taken_along_and_no_cell_is_a_formula(world):
    here = await Recruiting.begun(world)
    first = await here.published(title={"zh": "=1+1", "en": "@x"})
    second = await here.published()
    await here.drafted(title={"zh": "草稿", "en": "Draft"})
    path = "/v1/positions/download"
    whole = (await world.send("GET", path)).json()
    assert [each["id"] for each in whole] == [second, first]
    answer = await world.send("GET", f"{path}?format=csv&discipline=0812")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == [second, first]
    assert (rows[1]["title_zh"], rows[1]["title_en"]) == ("'=1+1", "'@x")
    assert (rows[0]["pay_least"], rows[0]["station_en"]) == (
        "30000000",
        "Example postdoc workstation",
    )
    assert "Draft" not in answer.text
    assert (await world.send("GET", f"{path}?region=330000")).json() == []


async def test_a_download_goes_on_where_a_page_of_the_search_ends(world, monkeypatch):
    monkeypatch.setattr(downloads, "_SOME", 2)
    here = await Recruiting.begun(world)
    made = [await here.published() for _ in range(5)]
    whole = (await world.send("GET", "/v1/positions/download")).json()
    assert [each["id"] for each in whole] == made[::-1]
