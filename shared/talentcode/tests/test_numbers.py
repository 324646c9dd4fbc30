import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from talent_code import ErrorCode, TalentCodeError, format_number, new_number, parse_number
from talent_code.numbers import ALPHABET, NUMBER_LENGTH, RANDOM_BITS

NUMBER = "SY44HC6HYHQ7DBA1R"


def refusal(text: str) -> ErrorCode:
    with pytest.raises(TalentCodeError) as caught:
        parse_number(text)
    return caught.value.code


def with_check(drawn: str) -> str:
    """Find the check character by trial, so that tests do not repeat the formula."""
    fitting = []
    for character in ALPHABET:
        try:
            fitting.append(parse_number(drawn + character))
        except TalentCodeError:
            continue
    assert len(fitting) == 1
    return fitting[0]


def test_new_numbers_parse_and_differ():
    numbers = {new_number() for _ in range(2000)}
    assert len(numbers) == 2000
    assert all(parse_number(number) == number for number in numbers)


def test_every_random_bit_is_used():
    assert RANDOM_BITS >= 80
    numbers = [new_number() for _ in range(2000)]
    for position in range(NUMBER_LENGTH):
        assert {number[position] for number in numbers} == set(ALPHABET)


def test_the_number_is_what_the_random_source_drew(monkeypatch):
    monkeypatch.setattr("secrets.randbits", lambda bits: (1 << bits) - 2)
    assert new_number()[:-1] == "ZZZZZZZZZZZZZZZY"


def test_the_alphabet_has_no_look_alikes():
    assert len(set(ALPHABET)) == 32
    assert not set(ALPHABET) & set("ILOU")


@pytest.mark.parametrize("number", [NUMBER, "0" * 17, with_check("Z" * 16)])
def test_every_single_wrong_character_is_noticed(number):
    for position, character in itertools.product(range(NUMBER_LENGTH), ALPHABET):
        if character != number[position]:
            wrong = number[:position] + character + number[position + 1 :]
            assert refusal(wrong) is ErrorCode.NUMBER_MISTYPED


def test_every_exchange_of_neighbours_is_noticed():
    pairs = list(itertools.permutations(ALPHABET, 2))
    for position in range(NUMBER_LENGTH - 2):
        for first, second in pairs[position % 7 :: 7]:
            drawn = NUMBER[:position] + first + second + NUMBER[position + 2 : -1]
            assert_exchange_noticed(with_check(drawn), position)


def test_every_exchange_with_the_check_character_is_noticed():
    for drawn in itertools.product(ALPHABET, repeat=2):
        number = with_check(NUMBER[:14] + "".join(drawn))
        if number[-1] != number[-2]:
            assert_exchange_noticed(number, NUMBER_LENGTH - 2)


def assert_exchange_noticed(number: str, position: int) -> None:
    first, second = number[position : position + 2]
    exchanged = number[:position] + second + first + number[position + 2 :]
    assert refusal(exchanged) is ErrorCode.NUMBER_MISTYPED


@settings(deadline=None)
@given(st.text(ALPHABET, min_size=16, max_size=16), st.integers(0, 15), st.integers(1, 16))
def test_any_two_different_characters_exchanged_are_noticed(drawn, start, distance):
    number = list(with_check(drawn))
    end = min(start + distance, NUMBER_LENGTH - 1)
    if number[start] == number[end]:
        return
    number[start], number[end] = number[end], number[start]
    assert refusal("".join(number)) is ErrorCode.NUMBER_MISTYPED


@pytest.mark.parametrize(
    "typed",
    [
        "sy44hc6hyhq7dba1r",
        "SY44-HC6H-YHQ7-DBA1R",
        " SY44 HC6H YHQ7 DBA1R ",
        "SY44HC6HYHQ7DBAIR",
        "sy44hc6hyhq7dbalr",
        "ＳＹ４４－ＨＣ６Ｈ－ＹＨＱ７－ＤＢＡ１Ｒ",
        "SY44—HC6H—YHQ7—DBA1R",
    ],
)
def test_reads_what_people_type(typed):
    assert parse_number(typed) == NUMBER


def test_reads_the_letter_o_as_zero():
    assert parse_number("oO" + "0" * 15) == "0" * 17


@pytest.mark.parametrize("text", ["", NUMBER[:-1], NUMBER + "0", NUMBER[:-1] + "U", "码" * 17])
def test_refuses_what_is_no_number(text):
    assert refusal(text) is ErrorCode.NUMBER_MALFORMED


def test_reads_up_to_64_typed_characters():
    assert parse_number(NUMBER.ljust(63)) == NUMBER
    assert parse_number(NUMBER.ljust(64)) == NUMBER
    assert refusal(NUMBER.ljust(65)) is ErrorCode.NUMBER_MALFORMED


@settings(deadline=None)
@given(st.text(max_size=70))
@example("\ud800" * 17)
def test_any_text_is_read_or_refused(text):
    try:
        number = parse_number(text)
    except TalentCodeError:
        return
    assert parse_number(number) == number


@settings(deadline=None)
@given(st.text(ALPHABET, min_size=16, max_size=16))
def test_formatted_numbers_are_read_back(drawn):
    number = with_check(drawn)
    assert [len(group) for group in format_number(number).split("-")] == [4, 4, 4, 5]
    assert parse_number(format_number(number)) == number


def test_a_refusal_repeats_nothing_of_what_was_typed():
    with pytest.raises(TalentCodeError) as caught:
        parse_number("T" + NUMBER[1:])
    assert str(caught.value) == "number-mistyped"
    assert caught.value.__context__ is None
