"""Whether answers fit the questions: the laws, then each kind at its limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from talent_registration.activities.questions import Question, Value, check_order, checked

from ..world import ticket, words

LONG = "長𠮷" * 250
VALUE = TypeAdapter(Value)


def question(name, kind="text", **more):
    if kind in {"choice", "choices"}:
        more.setdefault("choices", [{"name": one, "label": words(one)} for one in ("a", "b")])
    return Question.model_validate({"name": name, "label": words(name), "kind": kind} | more)


def when(name, *any_of):
    return {"question": name, "any_of": list(any_of)}


@pytest.mark.parametrize(
    ("asked", "answer", "code"),
    [
        (question("q"), LONG, None),
        (question("q"), LONG + "x", "answer-too-long"),
        (question("q", longest=2), " 𠮷𠮷 ", None),
        (question("q"), 7, "answer-type"),
        (question("q"), "a\0", "answer-type"),
        (question("q", "number", least=1, most=3), 1, None),
        (question("q", "number", least=1, most=3), 3.0, None),
        (question("q", "number", least=1, most=3), 0.999, "answer-out-of-range"),
        (question("q", "number", least=1, most=3), 3.001, "answer-out-of-range"),
        (question("q", "number"), 10**15, None),
        (question("q", "number"), 10**15 + 1, "answer-out-of-range"),
        (question("q", "number"), 10**999, "answer-out-of-range"),
        (question("q", "number"), float("nan"), "answer-out-of-range"),
        (question("q", "number"), True, "answer-type"),
        (question("q", "number"), "3", "answer-type"),
        (question("q", "date"), "2024-02-29", None),
        (question("q", "date"), "2023-02-29", "answer-type"),
        (question("q", "date"), "20240229", "answer-type"),
        (question("q", "choice"), "a", None),
        (question("q", "choice"), "c", "answer-no-choice"),
        (question("q", "choice"), ["a"], "answer-type"),
        (question("q", "choices"), ["b", "a"], None),
        (question("q", "choices"), ["a", "a"], "answer-doubled"),
        (question("q", "choices"), ["a", "c"], "answer-no-choice"),
        (question("q", "choices"), "a", "answer-type"),
        (question("q", "file"), "0197f3a0-0000-7000-8000-000000000000", None),
        (question("q", "file"), "0197F3A0-0000-7000-8000-000000000000", "answer-type"),
        (question("q", "file"), "0197f3a0", "answer-type"),
        (question("q", "file"), True, "answer-type"),
        (question("q", "yes_no"), False, None),
        (question("q", "yes_no"), 0, "answer-type"),
        (question("q", "yes_no"), "yes", "answer-type"),
    ],
)
def test_each_kind_at_its_limits(asked, answer, code):
    good, faults = checked([asked], "visitor", {"q": answer})
    assert [fault.code for fault in faults] == ([] if code is None else [code])
    assert bool(good) == (code is None)


@pytest.mark.parametrize("nothing", [None, "", "  ", []])
def test_what_is_required_and_empty_is_missing(nothing):
    answers = {} if nothing is None else {"q": nothing}
    for required in (True, False):
        good, faults = checked([question("q", required=required)], "visitor", answers)
        assert good == {}
        assert [fault.code for fault in faults] == ["answer-missing"] * required


def test_a_question_is_asked_where_its_condition_holds():
    asked = [
        question("guest", "yes_no"),
        question("diet", "choices", when=when("guest", True)),
        question("which", required=True, when=when("diet", "b")),
    ]

    def codes(**answers):
        return {f.question: f.code for f in checked(asked, "visitor", answers)[1]}

    assert codes(guest=False) == {}
    assert codes() == {}
    assert codes(guest=False, diet=["b"]) == {"diet": "answer-not-asked"}
    assert codes(guest=True, diet=["a"]) == {}
    assert codes(guest=True, diet=["a", "b"]) == {"which": "answer-missing"}
    assert codes(guest=True, diet=["b"], which="nuts") == {}
    assert codes(guest=True, diet=["a"], which="nuts") == {"which": "answer-not-asked"}


def test_questions_for_some_tickets():
    asked = [question("booth", required=True, tickets=["stand"])]
    assert checked(asked, "visitor", {}) == ({}, [])
    assert [f.code for f in checked(asked, "stand", {})[1]] == ["answer-missing"]
    assert [f.code for f in checked(asked, "visitor", {"booth": "A1"})[1]] == ["answer-not-asked"]


names = st.sampled_from("abcdef")
kinds = st.sampled_from(["text", "number", "date", "choice", "choices", "yes_no", "file"])
values = st.one_of(
    st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.lists(st.text(max_size=2))
)
asked_questions = st.lists(
    st.builds(question, names, kinds, required=st.booleans()), unique_by=lambda q: q.name
)


@given(asked_questions, st.dictionaries(names, values))
def test_what_counts_is_asked_and_fits_and_all_else_is_told(asked, answers):
    good, faults = checked(asked, "visitor", answers)
    wrong = {fault.question for fault in faults}
    assert set(good) <= {one.name for one in asked} & set(answers)
    assert not wrong & set(good)
    assert ("*" in wrong) == bool(set(answers) - {one.name for one in asked})
    # What counts counts again, and what is required is there or told.
    assert checked(asked, "visitor", good)[0] == good
    assert all(one.name in good or one.name in wrong for one in asked if one.required)


@pytest.mark.parametrize(
    "asked",
    [
        [question("a", when=when("b", True)), question("b", "yes_no")],
        [question("a", when=when("a", True))],
        [question("a"), question("b", when=when("a", "x"))],
        [question("a", "yes_no"), question("b", when=when("a", "yes"))],
        [question("a", "choice"), question("b", when=when("a", "c"))],
        [question("a"), question("a")],
    ],
)
def test_conditions_of_earlier_questions_alone(asked):
    with pytest.raises(ValueError, match=r"twice|answers so"):
        check_order(asked)


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "choice", "choices": []},
        {"kind": "text", "choices": [{"name": "a", "label": words("a")}]},
        {"kind": "choice", "choices": [{"name": "a", "label": words("a")}] * 2},
        {"kind": "text", "longest": 0},
        {"kind": "text", "longest": 2001},
        {"kind": "picture"},
        {"kind": "file", "choices": [{"name": "a", "label": words("a")}]},
    ],
)
def test_questions_that_are_none(more):
    with pytest.raises(ValidationError):
        question("q", **more)


async def test_a_document_with_questions_that_do_not_fit(world):
    asked = {"name": "q", "label": words("q"), "kind": "text"}
    for questions in (
        [asked, asked],
        [asked | {"tickets": ["nowhere"]}],
        [asked | {"name": f"q{n}"} for n in range(51)],
    ):
        with pytest.raises(AssertionError, match="422"):
            await world.draft(questions=questions)
    most = [asked | {"name": f"q{n}"} for n in range(50)]
    made = await world.draft(questions=most, tickets=[ticket()])
    assert [one["name"] for one in made["questions"]] == [one["name"] for one in most]
