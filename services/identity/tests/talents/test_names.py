"""Names and phones: stored in one form, shown with as little as recognises them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from talent_identity.talents.names import MAX_NAME, masked_name, normalised_name
from talent_identity.talents.phones import masked_phone, normalised_phone


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("林小溪", "林小溪"),
        ("  林 小溪 ", "林 小溪"),
        ("Ｊｏｈｎ  Smith", "John Smith"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("O'Neil-Díaz Jr.", "O'Neil-Díaz Jr."),
        ("a" * MAX_NAME, "a" * MAX_NAME),
        ("a" * (MAX_NAME + 1), None),
        ("", None),
        (" ", None),
        ("-·", None),
        ("林7", None),
        ("<b>林</b>", None),
        ("林\n小\x00", None),
    ],
)
def test_names_have_letters_and_little_else(typed, stored):
    assert normalised_name(typed) == stored


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("林小溪", "林**"),
        ("欧阳娜娜", "欧阳**"),
        ("欧阳", "欧*"),
        ("王", "*"),
        ("阿卜杜拉·买买提", "阿*******"),
        ("John Smith", "J* S*"),
        ("Ng", "N*"),
    ],
)
def test_of_a_name_the_surname_or_initials_are_shown(name, shown):
    assert masked_name(name) == shown


@given(some.text(max_size=MAX_NAME))
def test_no_name_of_two_letters_or_more_is_shown_whole(text):
    name = normalised_name(text)
    if name is not None:
        assert name not in masked_name(name) or len(name) == 1
        assert normalised_name(name) == name


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13812345678", "+8613812345678"),
        ("+86 138-1234-5678", "+8613812345678"),
        ("008613812345678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("19912345678", "+8619912345678"),
        ("12812345678", None),
        ("1381234567", None),
        ("138123456789", None),
        ("+861381234567", None),
        ("+852 5123 4567", "+85251234567"),
        ("+1234567", "+1234567"),
        ("+123456", None),
        ("+123456789012345", "+123456789012345"),
        ("+1234567890123456", None),
        ("+0123456789", None),
        ("call me", None),
        ("", None),
    ],
)
def test_phones_are_stored_as_plus_and_digits(typed, stored):
    assert normalised_phone(typed) == stored


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+8613812345678", "138****5678"),
        ("+85251234567", "+852****67"),
        ("+1234567", "+123****67"),
    ],
)
def test_the_middle_of_a_phone_is_hidden(stored, shown):
    assert masked_phone(stored) == shown
