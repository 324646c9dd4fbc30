"""Social credit codes at their edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from talent_identity.employers.credit_codes import (
    ALPHABET,
    CreditCodeError,
    check_character,
    read_credit_code,
)

from ..factories import credit_code


def refusal(text: str) -> str:
    with pytest.raises(CreditCodeError) as caught:
        read_credit_code(text)
    return caught.value.code


def test_the_alphabet_leaves_out_five_letters():
    assert len(ALPHABET) == 31
    assert set("IOSVZ").isdisjoint(ALPHABET)


def test_the_check_character_by_hand():
    # 9 in the first place weighs 1, 1 in the second weighs 3: 12 in all, 31 - 12 = 19, which is K.
    assert check_character("91" + "0" * 15) == ALPHABET[19]
    assert check_character("0" * 17) == "0"


@pytest.mark.parametrize("body", list("123456789ANY"))
def test_known_registering_bodies_are_taken(body):
    code = credit_code(body=f"{body}1")
    assert read_credit_code(code) == code


@pytest.mark.parametrize("body", list("0BCDEFGHJKLMPQRTUWX"))
def test_other_registering_bodies_are_not(body):
    assert refusal(credit_code(body=f"{body}1")) == "credit-code-body"


@pytest.mark.parametrize("letter", list("IOSVZiosvz_林"))
def test_letters_outside_the_alphabet_are_refused(letter):
    code = credit_code()
    assert refusal(code[:10] + letter + code[11:]) == "credit-code-format"


@pytest.mark.parametrize("change", [lambda code: code[:-1], lambda code: code + "0", lambda _: ""])
def test_a_code_has_eighteen_characters(change):
    assert refusal(change(credit_code())) == "credit-code-format"


def test_the_region_within_is_of_digits():
    first = "91A50702MA0000001"
    assert refusal(first + check_character(first)) == "credit-code-format"


def test_spelling_does_not_matter():
    code = credit_code()
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    assert read_credit_code(f" {code[:8].lower()} {code[8:]}") == code
    assert read_credit_code(wide) == code


@given(place=some.integers(8, 17), other=some.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found(place, other):
    code = credit_code(subject="MA1234567")
    if other != code[place]:
        assert refusal(code[:place] + other + code[place + 1 :]) == "credit-code-check"


@given(some.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        code = read_credit_code(text)
    except CreditCodeError:
        return
    assert read_credit_code(code) == code
