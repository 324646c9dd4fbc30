"""Quotas, caps and groups in the rules: explained, cut, recorded and replayed."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from talent_kit.regions import regions
from talent_policy.facts.known import KnownFact, Parties, SubjectFacts
from talent_policy.facts.vocabulary import SubjectKind
from talent_policy.packs.checking import check_pack
from talent_policy.packs.compiling import PackInvalid, PublishedPack, compile_pack
from talent_policy.packs.records import DecisionRecord, evaluate_measure, replay
from talent_rules import Outcome

from .counted import counted, measure, noticing, setting

DAY = date(2025, 9, 1)
AT = datetime(2025, 9, 1, tzinfo=UTC)
PROJECT, FIRM = UUID(int=1), UUID(int=2)
QUOTA = {"quota": {"count": "3", "per": ["year(as_of)"]}}
CAP = {"cap": {"limit": "1000", "per": ["organisation", "year(as_of)"]}}
HIGHEST = {"exclusion": {"group": "projects", "rule": "difference", "per": ["organisation"]}}
FOR_NOTICE = {"exclusion": {"group": "projects", "rule": "notice", "per": ["organisation"]}}
ONE_OF = {"exclusion": {"group": "projects", "rule": "refuse", "per": ["organisation"]}}


def published(*measures, **more):
    return PublishedPack(UUID(int=9), 1, check_pack(counted(*measures, **more), regions()))


def compiled(*measures):
    """Without the examples' run, which takes time and wants every key known."""
    return PublishedPack(UUID(int=9), 1, compile_pack(counted(*measures)))


def decided(pack, name="2.1", *, kind="enterprise", **so_far):
    """Decide on what the counters say; those not named stand at zero."""

    def known(value, source):
        return KnownFact(value, source, True, AT)

    scope = pack.rules.measures[name].scope
    names = ("quota_used", "cap_used", "group_granted")
    counts = {f"measure.{each}": known(so_far.get(each, 0), "platform") for each in names}
    facts = {} if kind is None else {"employer.kind": known(kind, "market_registry")}
    parties = Parties(SubjectKind.PROJECT, PROJECT, organisation=FIRM)
    subject = SubjectFacts(parties, "350700", facts, {scope: counts} if so_far != {"no": 1} else {})
    made = evaluate_measure(pack, name, subject, DAY, regions())
    stored = DecisionRecord.model_validate_json(made.record.model_dump_json())
    assert replay(stored, pack.rules, regions()) == made.record.result == stored.result
    return made


@pytest.mark.parametrize(("used", "fits"), [(0, True), (2, True), (3, False), (4, False)])
def test_a_quota_has_places_up_to_its_number(used, fits):
    made = decided(published(measure("2.1", 500, **QUOTA)), quota_used=used)
    assert (made.result.outcome is Outcome.ELIGIBLE) == fits
    states = {found.id: found.state for found in made.result.requirements}
    assert states["quota"] == ("true" if fits else "false")
    if fits:
        [count] = made.counts
        assert count == ("quota", "counted:2.1:quota", "2025", used, 1, 3)
    else:
        assert made.claims == made.counts == ()


@pytest.mark.parametrize(
    ("used", "amount", "uncut"),
    [(0, 400, None), (600, 400, None), (601, 399, 400), (999, 1, 400), (1000, None, None)],
)
def test_an_amount_is_cut_to_what_a_cap_leaves(used, amount, uncut):
    made = decided(published(measure("2.1", 400, **CAP)), cap_used=used)
    assert (made.result.amount_fen, made.result.uncut_fen) == (amount, uncut)
    assert (made.result.outcome is Outcome.ELIGIBLE) == (amount is not None)
    assert sum(part.amount_fen for part in made.result.instalments) == (amount or 0)
    if amount:
        assert made.counts == (
            ("cap", "counted:2.1:cap", f"organisation:{FIRM}|2025", used, amount, 1000),
        )


@pytest.mark.parametrize(("before", "amount"), [(0, 400), (1, 399), (399, 1), (400, None)])
def test_of_a_group_the_highest_counts(before, amount):
    pack = published(measure("2.1", 400, **HIGHEST), measure("2.1b", 300, **HIGHEST))
    made = decided(pack, group_granted=before)
    assert made.result.amount_fen == amount
    if amount:
        assert made.claims == (("counted:2.1", f"project:{PROJECT}"),)
        assert made.counts == (
            ("group", "counted:projects", f"organisation:{FIRM}", before, amount, None),
        )
    else:
        assert made.result.outcome is Outcome.INELIGIBLE


@pytest.mark.parametrize("before", [0, 1, 399, 400, 5000])
def test_a_group_for_notice_takes_nothing_off_and_is_counted(before):
    made = decided(published(noticing("2.1")), group_granted=before)
    assert (made.result.outcome, made.result.amount_fen) == (Outcome.ELIGIBLE, 400)
    assert made.result.uncut_fen is None
    assert [found.id for found in made.result.requirements] == ["fit"]
    assert made.counts == (
        ("notice", "counted:projects", f"organisation:{FIRM}", before, 400, None),
    )


def test_a_group_for_notice_needs_a_rule_that_looks():
    with pytest.raises(PackInvalid) as caught:
        published(measure("2.1", 400, **FOR_NOTICE))
    assert [(found.field, found.code) for found in caught.value.findings] == [
        ("measures.0.exclusion", "unnoticed")
    ]


def test_one_of_a_group_is_a_claim_in_the_groups_scope():
    pack = published(measure("2.1", 400, **ONE_OF))
    assert decided(pack).claims == (
        ("counted:2.1", f"project:{PROJECT}"),
        ("counted:projects", f"organisation:{FIRM}"),
    )
    assert decided(pack).counts == ()


def test_what_a_group_has_had_goes_off_before_the_cap():
    pack = published(measure("2.1", 400, **CAP, **HIGHEST, **QUOTA))
    made = decided(pack, group_granted=100, cap_used=800)
    assert (made.result.amount_fen, made.result.uncut_fen) == (200, 400)
    assert [(count.kind, count.add) for count in made.counts] == [
        ("quota", 1),
        ("cap", 200),
        ("group", 200),
    ]
    assert decided(pack, group_granted=100, cap_used=700).result.amount_fen == 300


def test_limits_may_be_settings_and_the_whole_measure_the_key():
    quota = {"quota": {"count": "setting.PLACES", "per": []}}
    pack = published(measure("2.1", 400, **quota), PLACES=setting("int", 1))
    [count] = decided(pack).counts
    assert (count.key, count.limit) == ("", 1)
    assert decided(pack, quota_used=1).result.outcome is Outcome.INELIGIBLE
    assert decided(pack).record.settings["PLACES"] == 1


def test_the_counters_stand_in_the_record_as_a_registers_word():
    made = decided(published(measure("2.1", 400, **CAP)), cap_used=7)
    [fact] = [fact for fact in made.record.facts if fact.name == "measure.cap_used"]
    assert (fact.value, fact.source, fact.verified) == (7, "platform", True)
    assert made.by_registers


def test_without_its_counter_nothing_is_granted():
    made = decided(published(measure("2.1", 400, **CAP)), no=1)
    assert (made.result.outcome, made.result.amount_fen) == (Outcome.UNKNOWN, None)


def test_under_a_key_that_is_not_known_nothing_is_granted():
    quota = {"quota": {"count": "3", "per": ["employer.region"]}}
    for pack in (
        compiled(measure("2.1", 400, **quota)),
        compiled(measure("2.1", 400, once_per=[["project", "employer.region"]])),
    ):
        made = decided(pack, no=1)
        assert made.result.outcome is Outcome.UNKNOWN
        assert made.result.missing == ("employer.region",)
        refused = decided(pack, no=1, kind="government")
        assert refused.result.outcome is Outcome.INELIGIBLE


def test_an_offset_is_granted_and_not_paid():
    offset = measure("2.1", 400, payout="offset", **CAP)
    del offset["budget"]
    made = decided(published(offset), cap_used=900)
    assert (made.result.amount_fen, made.result.instalments) == (100, ())
    assert made.counts[0].add == 100
    assert made.claims


@pytest.mark.parametrize(
    "change",
    [
        {"payout": "offset"},
        {"budget": None},
        {"payout": "offset", "budget": None, "instalments": "PARTS"},
        {"payout": "cash"},
        {"exclusion": {"group": "g", "rule": "refuse", "per": []}},
        {"exclusion": {"group": "g", "rule": "sum", "per": ["organisation"]}},
        {"quota": {"count": "3"}},
        {"quota": {"count": "3", "per": ["as_of"] * 6}},
        {"cap": {"limit": "3", "per": [], "more": 1}},
    ],
)
def test_what_the_schema_refuses(change):
    with pytest.raises(ValidationError):
        counted(measure("2.1", 400, **change))


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"quota": {"count": "employer.kind", "per": []}}, "quota.count", "type-mismatch"),
        ({"quota": {"count": "3", "per": ["person"]}}, "quota.per.0", "not-a-party"),
        ({"cap": {"limit": "nothing.known", "per": []}}, "cap.limit", "unknown-name"),
        ({"cap": {"limit": "3", "per": ["trip"]}}, "cap.per.0", "not-a-party"),
        (
            {"exclusion": {"group": "g", "rule": "refuse", "per": ["employment"]}},
            "exclusion.per.0",
            "not-a-party",
        ),
    ],
)
def test_limits_and_keys_are_checked_like_every_rule(change, field, code):
    with pytest.raises(PackInvalid) as caught:
        compile_pack(counted(measure("2.1", 400, **change)))
    assert [(found.field, found.code) for found in caught.value.findings] == [
        (f"measures.0.{field}", code)
    ]


def test_a_requirement_may_not_take_the_name_of_an_implied_one():
    given = measure("2.1", 400, **QUOTA)
    given["requirements"][0]["id"] = "quota"
    with pytest.raises(PackInvalid, match="1 finding"):
        compile_pack(counted(given))


def test_an_example_shows_every_implied_requirement():
    content = counted(measure("2.1", 400, **QUOTA, **CAP, **HIGHEST))
    for index, place in ((2, "quota"), (3, "cap"), (4, "exclusion")):
        body = content.model_dump(mode="json", by_alias=True)
        del body["examples"][0]["cases"][index]
        with pytest.raises(PackInvalid) as caught:
            check_pack(type(content).model_validate(body), regions())
        assert [(found.field, found.code) for found in caught.value.findings] == [
            (f"measures.0.{place}", "no-example")
        ]


@pytest.mark.parametrize(
    "other", [ONE_OF, {"exclusion": HIGHEST["exclusion"] | {"per": ["project"]}}]
)
def test_a_group_has_one_rule_and_one_key(other):
    with pytest.raises(PackInvalid) as caught:
        published(measure("2.1", 400, **HIGHEST), measure("2.1b", 300, **other))
    assert ("measures.1.exclusion", "group-differs") in {
        (found.field, found.code) for found in caught.value.findings
    }


def test_the_longest_amount_can_be_in_a_group():
    longest = "1" + " + 1" * ((2000 - 1) // 4)
    pack = published(measure("2.1", longest, **HIGHEST))
    assert decided(pack).result.amount_fen == 500


AMOUNTS = st.lists(st.integers(1, 10**9), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(AMOUNTS.flatmap(lambda fen: st.tuples(st.just(fen), st.permutations(range(len(fen))))))
def test_a_group_comes_to_its_maximum_in_any_order(drawn):
    amounts, order = drawn
    made = [measure(f"2.1{'abcde'[index]}", fen, **HIGHEST) for index, fen in enumerate(amounts)]
    pack, granted = compiled(*made), 0
    for index in order:
        decision = decided(pack, made[index]["id"], group_granted=granted)
        assert (decision.result.outcome is Outcome.ELIGIBLE) == (amounts[index] > granted)
        granted += decision.result.amount_fen or 0
    assert granted == max(amounts)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2000), st.integers(1, 500), st.integers(0, 6), st.integers(1, 30))
def test_neither_quota_nor_cap_is_exceeded_by_any_history(limit, fen, places, asked):
    pack = compiled(
        measure(
            "2.1",
            fen,
            quota={"count": str(places), "per": []},
            cap={"limit": str(limit), "per": []},
        )
    )
    granted, used = 0, 0
    for _ in range(asked):
        decision = decided(pack, quota_used=used, cap_used=granted)
        if decision.result.outcome is Outcome.ELIGIBLE:
            granted += decision.result.amount_fen
            used += 1
    assert used <= places
    assert granted <= limit
    assert granted == min(limit, min(asked, places) * fen)
