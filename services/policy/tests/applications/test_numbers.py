"""Numbers by which people call an application."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from talent_kit.auth import Role
from talent_policy.applications import numbers

from .story import Story, begin

DRAWN = st.integers(0, 10**numbers.DIGITS - 1).map(
    lambda n: f"2025{n:0{numbers.DIGITS}}" + numbers.check_character(f"2025{n:0{numbers.DIGITS}}")
)


@pytest.mark.parametrize(("digits", "check"), [("079", "X"), ("0", "1"), ("1", "X"), ("2", "8")])
def test_the_check_character_is_that_of_the_standard(digits: str, check: str) -> None:
    assert numbers.check_character(digits) == check


def test_a_number_is_drawn_for_its_year() -> None:
    drawn = {numbers.draw(2025) for _ in range(100)}
    assert len(drawn) == 100
    assert all(one.startswith("2025") and numbers.parse(one) == one for one in drawn)


@given(DRAWN, st.integers(0, 13), st.sampled_from("0123456789X"))
def test_one_wrong_character_shows(number: str, place: int, other: str) -> None:
    changed = number[:place] + other + number[place + 1 :]
    assert (numbers.parse(changed) is None) == (changed != number)


@given(DRAWN, st.integers(0, 12))
def test_two_that_changed_places_show(number: str, place: int) -> None:
    changed = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (numbers.parse(changed) is None) == (changed != number)


@given(DRAWN)
def test_it_is_read_as_people_type_it(number: str) -> None:
    wide = number.translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789X"})
    for typed in (f" {number[:4]}-{number[4:9]} {number[9:].lower()}", wide):
        assert numbers.parse(typed) == number


@pytest.mark.parametrize("text", ["", "2025", "X" * 14, "2025472913508", "林小溪", "٢٠٢٥"])
def test_what_is_no_number(text: str) -> None:
    assert numbers.parse(text) is None


async def test_a_number_that_is_taken_is_drawn_again(policy, monkeypatch) -> None:
    story = await begin(policy)
    taken = numbers.draw(2025)
    draws = iter([taken, taken, taken, numbers.draw(2025)])
    monkeypatch.setattr(numbers, "draw", lambda _: next(draws))
    first = (await story.apply("2.1")).json()
    second = (await story.apply("2.2")).json()
    assert first["number"] == taken != second["number"]
    assert next(draws, None) is None


async def found(story: Story, number: str, headers: dict[str, str]) -> list[str]:
    answer = await story.policy.client.get(
        "/v1/applications", params={"number": number}, headers=headers
    )
    assert answer.status_code == 200, answer.text
    return [line["id"] for line in answer.json()["items"]]


async def test_a_number_finds_it_for_the_one_who_is_paid_and_for_staff_of_the_region(
    policy,
) -> None:
    story = await begin(policy)
    made = (await story.apply("2.1")).json()
    typed = f"{made['number'][:4]} {made['number'][4:]}"
    assert await found(story, typed, story.agent) == [made["id"]]
    for region in ("350000", "350700", "350702"):
        assert await found(story, typed, story.staff(Role.REVIEWER, region=region)) == [made["id"]]
    for other in (
        story.talent,
        story.staff(Role.REVIEWER, region="330800"),
        story.staff(Role.REVIEWER, region="350721"),
        policy.issuer.headers("nobody", Role.REVIEWER),
        policy.issuer.headers("somebody", Role.TALENT),
    ):
        assert await found(story, typed, other) == []
    assert await found(story, numbers.draw(2025), story.agent) == []


@pytest.mark.parametrize(("length", "code"), [(40, "policy.number-invalid"), (41, "invalid")])
async def test_what_is_no_number_is_refused_without_an_echo(policy, length, code) -> None:
    story = await begin(policy)
    typed = "9" * length
    answer = await policy.client.get(
        "/v1/applications", params={"number": typed}, headers=story.agent
    )
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert typed not in answer.text


async def test_the_migration_gives_numbers_that_hold(policy) -> None:
    """What the migration computes is what `check_character` says."""
    file = Path(policy.app.state.migrations) / "versions" / "0005_worklists.sql"
    statements = file.read_text("utf-8").split("\n\n")
    function = next(each for each in statements if each.startswith("CREATE FUNCTION check_char"))
    async with policy.service.database.engine.connect() as connection:
        await connection.exec_driver_sql(function)
        for _ in range(50):
            number = numbers.draw(2025)
            asked = text("SELECT check_character(:digits)")
            answer = (await connection.execute(asked, {"digits": number[:-1]})).scalar_one()
            assert answer == number[-1]
