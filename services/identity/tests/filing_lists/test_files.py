"""The file itself: workbooks, what no office should send, and where its contents must not show."""

import io
import json
import logging
import zipfile

import pytest
from talent_identity.filing_lists.columns import COLUMNS
from talent_kit.auth import Role
from talent_kit.blobs import XLSX
from talent_kit.logs import JsonFormatter

from ..factories import filing_list, filing_row
from .test_filing import do_lists, everything, filed, office, tally

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PARTS = {
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="r"><sheets>'
    '<sheet name="x" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="rId1" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}


def workbook(*rows, more=None):
    """Return rows as a workbook of texts with English column names."""
    fields = list(COLUMNS)
    lines = [fields, *([row.get(field, "") for field in fields] for row in rows)]
    body = "".join(
        f'<row r="{number}">'
        + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in line)
        + "</row>"
        for number, line in enumerate(lines, 1)
    )
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (PARTS | {"xl/worksheets/sheet1.xml": sheet} | (more or {})).items():
            archive.writestr(name, content)
    return file.getvalue()


async def test_a_workbook_files_what_a_csv_file_does(world):
    rows = [filing_row(name=name) for name in ("林小溪", "陈大山")]
    job, report = await filed(world, office(world), workbook(*rows))
    assert (tally(job), report) == (["finished", 2, 2, 0, 0], [])
    assert job["file"]["type"] == XLSX
    job, _ = await filed(world, office(world), filing_list(*rows))
    assert tally(job) == ["finished", 2, 0, 0, 2]


FORMULA = {
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>'
    '<row r="1"><c><f>1+1</f><v>2</v></c></row></sheetData></worksheet>'
}
ENTITY = {"xl/sharedStrings.xml": '<!DOCTYPE x [<!ENTITY a "aaa">]><sst><si><t>&a;</t></si></sst>'}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (workbook(more=FORMULA), "formula-refused"),
        (workbook(more=ENTITY), "xml-refused"),
        (workbook(more={"x": " " * (50 << 20)}), "archive-ratio"),
        (workbook(more={"xl/vbaProject.bin": "x"}), "macros-refused"),
        (workbook(filing_row())[:-30], "file-damaged"),
        (filing_list(filing_row()).replace("姓名".encode(), b"x"), "columns-missing"),
    ],
)
async def test_what_is_refused_as_a_whole(world, content, code):
    job, _ = await filed(world, office(world), content)
    assert (job["status"], job["failure"]) == ("failed", code)
    assert await everything(world) == [0, 0, 0]


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0" + bytes(600), b"%PDF-1.7 ...", b"\0\1"])
async def test_what_is_no_table_is_refused_at_once(world, content):
    answer = await office(world).send_list(content)
    assert (answer.status_code, answer.json()["code"]) == (415, "file-type-refused")


async def test_a_list_in_progress_can_be_stopped(world):
    sender = office(world)
    rows = [filing_row() for _ in range(10)]
    job = (await sender.send_list(filing_list(*rows))).json()
    answer = await sender.post(f"/v1/filing-lists/{job['id']}/cancellation")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    await do_lists(world)
    assert await everything(world) == [0, 0, 0]
    assert "filing-list.cancelled" in {entry.action for entry in await world.audited()}


async def test_a_list_is_seen_by_its_sender_and_its_region(world):
    agent, employer = await world.employer(region="350702")
    sent = await agent.send_list(filing_list(filing_row(credit_code=employer["credit_code"])))
    path = f"/v1/filing-lists/{sent.json()['id']}"
    for reader, status in (
        (agent, 200),
        (office(world), 200),
        (office(world, "350100"), 404),
        (world.caller(Role.EMPLOYER), 404),
    ):
        assert (await reader.get(path)).status_code == status
        assert (await reader.get(f"{path}/report")).status_code == status


class Lines(logging.Handler):
    """Keeps each record as the platform would print it."""

    def __init__(self):
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture
def lines():
    kept, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    yield kept.lines
    root.removeHandler(kept)
    root.setLevel(level)


async def test_no_value_of_a_file_is_left_in_clear(world, lines):
    bad = [
        filing_row(name="欧阳小溪流", phone="13987651234", contract_from="明天"),
        filing_row(name="欧阳小溪流", document_number="11010119960517001X", phone="13987651234"),
        filing_row(name="Zebulon9 Quackenbush", region="ZZZZZZ"),
    ]
    good = filing_row(name="欧阳小溪流", phone="13987651234")
    sender = office(world)
    answer = await sender.send_list(filing_list(good, *bad))
    await do_lists(world)
    path = f"/v1/filing-lists/{answer.json()['id']}"
    told = [answer.text, *[(await sender.get(path + rest)).text for rest in ("", "/report")]]
    told += [*lines, await world.running.stored()]
    secrets = ["欧阳小溪流", "13987651234", "Quackenbush", "明天", "ZZZZZZ", "11010119960517001X"]
    secrets += [good["document_number"], json.dumps("欧阳小溪流")[1:-1]]
    assert [s for s in secrets if any(s in text for text in told)] == []
