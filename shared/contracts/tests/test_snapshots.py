"""Every event type keeps what it has promised, and names nobody."""

import json
import re
from typing import ClassVar, Literal

import pytest
from talent_contracts import EVENTS, CloudEvent, EventData
from talent_contracts.compatibility import compare
from talent_contracts.snapshots import FOLDER, schema_of, write

FORBIDDEN = frozenset(
    {
        "name",
        "names",
        "surname",
        "number",
        "phone",
        "mobile",
        "telephone",
        "email",
        "mail",
        "address",
        "account",
        "iban",
        "bank",
        "picture",
        "photo",
        "image",
        "id_number",
        "id_card",
        "document_number",
        "passport",
        "payee_name",
        "wechat",
        "openid",
    }
)
NOT_OF_A_PERSON = {"talent.policy.pack.published.v1": {"name"}} | {
    kind: {"application_number"} for kind in EVENTS if kind.startswith("talent.policy.application.")
}


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_keeps_its_promise(kind):
    path = FOLDER / f"{kind}.json"
    assert path.exists(), f"{kind} has no snapshot: run `python -m talent_contracts.snapshots`"
    snapshot, current = json.loads(path.read_text("utf-8")), schema_of(EVENTS[kind])
    found = compare(snapshot, current)
    assert not found.breaks, (
        f"{kind} would break subscribers; publish a v2 beside it instead:\n"
        + "\n".join(found.breaks)
    )
    assert snapshot == current, (
        f"{kind} was extended ({found.additions}): renew its snapshot with "
        "`python -m talent_contracts.snapshots` and commit it"
    )


def test_no_promise_is_forgotten():
    kept = {path.name.removesuffix(".json") for path in FOLDER.glob("*.json")}
    assert kept == set(EVENTS), "an event type is published for good: it cannot be taken away"


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_an_event_is_past_tense_versioned_keyed_and_frozen(event):
    assert re.fullmatch(r"talent\.[a-z]+\.[a-z]+\.[a-z]+(ed|ade|rawn)\.v[1-9]", event.TYPE)
    assert event.SUBJECT in event.model_fields
    assert event.model_config["frozen"]
    assert event.model_fields["version"].is_required()


def names_in(schema):
    for name, value in schema.get("properties", {}).items():
        yield name
        yield from names_in(value)
    for definition in schema.get("$defs", {}).values():
        yield from names_in(definition)


def suspicious(event):
    allowed = NOT_OF_A_PERSON.get(event.TYPE, set())
    return [
        name
        for name in names_in(schema_of(event))
        if name not in allowed
        and (name in FORBIDDEN or FORBIDDEN & {name.rpartition("_")[2], name.partition("_")[0]})
    ]


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_no_field_could_hold_a_direct_identifier(event):
    assert suspicious(event) == []


class SeatTaken(EventData):
    TYPE: ClassVar[str] = "talent.registration.seat.taken.v1"
    SUBJECT = "seat"
    seat: int


class NamedSeatTaken(SeatTaken):
    holder_phone: str


def test_a_direct_identifier_would_be_found():
    assert suspicious(SeatTaken) == []
    assert suspicious(NamedSeatTaken) == ["holder_phone"]


def test_a_snapshot_is_renewed_for_an_addition_alone(tmp_path):
    path = tmp_path / f"{SeatTaken.TYPE}.json"
    assert list(write([SeatTaken], tmp_path)) == []
    first = path.read_text()

    class Extended(SeatTaken):
        kind: Literal["aisle", "window"] = "aisle"

    class Broken(SeatTaken):
        seat: str

    assert list(write([Broken], tmp_path)) == [
        f"{SeatTaken.TYPE}: seat: type changes from 'integer' to 'string'"
    ]
    assert path.read_text() == first
    assert list(write([Extended], tmp_path)) == []
    assert "aisle" in path.read_text()


def test_the_envelope_ignores_what_it_does_not_know():
    envelope = CloudEvent.model_validate(
        {
            "id": "0193a3c0-0000-7000-8000-000000000001",
            "source": "/identity",
            "type": "talent.identity.unheard.of.v9",
            "subject": "x",
            "time": "2026-01-01T00:00:00Z",
            "data": {"anything": 1},
            "partnerextension": "y",
        }
    )
    assert envelope.specversion == "1.0"
    assert "partnerextension" not in envelope.model_dump()
