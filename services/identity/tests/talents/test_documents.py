"""Identity documents: every kind at its edges, with synthetic numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some
from talent_identity.talents.documents import (
    DocumentError,
    DocumentKind,
    check_character,
    masked_number,
    normalised,
    read,
    residence_of,
    tells_more,
)

RESIDENT = DocumentKind.RESIDENT_ID
HMT = DocumentKind.HMT_RESIDENCE_PERMIT
HK_MACAU = DocumentKind.HK_MACAU_PERMIT
TAIWAN = DocumentKind.TAIWAN_PERMIT
FOREIGN = DocumentKind.FOREIGN_PERMANENT_RESIDENCE
PASSPORT = DocumentKind.PASSPORT


def civil(first: str) -> str:
    return first + check_character(first)


def refusal(kind: DocumentKind, number: str) -> str:
    with pytest.raises(DocumentError) as caught:
        read(kind, number)
    assert str(caught.value) == caught.value.code
    return caught.value.code


def test_the_check_character_is_that_of_the_standards_own_example():
    assert check_character("11010519491231002") == "X"


def test_a_resident_id_tells_birth_date_sex_nationality_and_residence():
    reading = read(RESIDENT, civil("35070219960517001"))
    assert reading.birth_date == date(1996, 5, 17)
    assert (reading.sex, reading.nationality, reading.residence) == ("male", "CHN", "mainland")
    assert read(RESIDENT, civil("35070219960517002")).sex == "female"


@pytest.mark.parametrize(
    ("born", "legal"),
    [
        ("19000101", True),
        ("18991231", False),
        ("20000229", True),
        ("19000229", False),
        ("20230229", False),
        ("20240229", True),
        ("20240431", False),
        ("20241301", False),
        ("20240001", False),
        ("20240100", False),
    ],
)
def test_the_embedded_birth_date_is_a_day_of_the_calendar(born, legal):
    number = civil(f"350702{born}001")
    if legal:
        assert f"{read(RESIDENT, number).birth_date:%Y%m%d}" == born
    else:
        assert refusal(RESIDENT, number) == "number-birth-date"


@pytest.mark.parametrize("region", ["110101", "230102", "379999", "441900", "659001", "460003"])
def test_known_provinces_are_taken(region):
    assert read(RESIDENT, civil(f"{region}19960517001")).residence == "mainland"


@pytest.mark.parametrize(
    "region", ["100101", "160101", "200101", "240101", "380101", "470101", "550101", "660101",
               "710101", "810000", "820000", "830000", "910101", "350000", "000000"]
)  # fmt: skip
def test_other_provinces_and_whole_provinces_are_not(region):
    assert refusal(RESIDENT, civil(f"{region}19960517001")) == "number-region"


@pytest.mark.parametrize("length", [0, 15, 17, 19])
def test_a_resident_id_has_eighteen_characters(length):
    assert refusal(RESIDENT, "1" * length) == "number-format"


@given(
    place=some.integers(0, 17),
    other=some.sampled_from("0123456789X"),
    sequence=some.integers(0, 999),
)
def test_every_single_wrong_character_is_found(place, other, sequence):
    number = civil(f"35070219960517{sequence:03}")
    if other != number[place]:
        refusal(RESIDENT, number[:place] + other + number[place + 1 :])


@given(place=some.integers(0, 16), sequence=some.integers(0, 999))
def test_every_exchange_of_neighbours_is_found(place, sequence):
    number = civil(f"35070219960517{sequence:03}")
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        refusal(RESIDENT, swapped)


@given(some.text(max_size=40), some.sampled_from(DocumentKind))
def test_any_text_is_read_or_refused(text, kind):
    try:
        reading = read(kind, text)
    except DocumentError:
        return
    assert read(kind, reading.number) == reading


@pytest.mark.parametrize(
    ("region", "residence"), [("810000", "hong_kong"), ("820000", "macau"), ("830000", "taiwan")]
)
def test_a_residence_permit_tells_where_its_holder_comes_from(region, residence):
    reading = read(HMT, civil(f"{region}19901231004"))
    assert (reading.residence, reading.birth_date) == (residence, date(1990, 12, 31))
    assert (reading.sex, reading.nationality) == ("female", "CHN")


@pytest.mark.parametrize("region", ["800000", "840000", "810001", "710000", "350702"])
def test_residence_permits_have_three_regions(region):
    assert refusal(HMT, civil(f"{region}19901231004")) == "number-region"


def test_a_number_fits_one_kind_of_eighteen_characters_at_most():
    for first in ("350702", "810000", "935156"):
        number = civil(f"{first}19901231004")
        readable = []
        for kind in (RESIDENT, HMT, FOREIGN):
            try:
                readable.append(read(kind, number).index_value(None))
            except DocumentError:
                continue
        assert len(readable) <= 1
        assert readable == [] or readable == [("civil-number", number)]


@pytest.mark.parametrize(
    ("number", "stored", "residence"),
    [
        ("H12345678", "H12345678", "hong_kong"),
        ("m12345678", "M12345678", "macau"),
        ("H1234567802", "H12345678", "hong_kong"),
        ("Ｈ１２３４５６７８", "H12345678", "hong_kong"),
    ],
)
def test_a_travel_permit_of_hong_kong_or_macau_is_nine_characters_for_life(
    number, stored, residence
):
    reading = read(HK_MACAU, number)
    assert (reading.number, reading.residence, reading.nationality) == (stored, residence, None)


@pytest.mark.parametrize(
    "number", ["", "H1234567", "H123456789", "H123456789012", "A12345678", "12345678", "H1234567X"]
)
def test_other_shapes_are_no_travel_permit_of_hong_kong_or_macau(number):
    assert refusal(HK_MACAU, number) == "number-format"


def test_a_travel_permit_of_taiwan_is_eight_digits():
    reading = read(TAIWAN, " 0123 4567 ")
    assert (reading.number, reading.residence, reading.nationality) == ("01234567", "taiwan", "CHN")
    for number in ("1234567", "123456789", "1234567A", ""):
        assert refusal(TAIWAN, number) == "number-format"


def test_an_old_permanent_residence_card_tells_nationality_and_a_two_digit_year():
    reading = read(FOREIGN, "can350790031212")
    assert (reading.number, reading.born) == ("CAN350790031212", "900312")
    assert refusal(FOREIGN, "CAN350790133212") == "number-birth-date"
    assert (reading.nationality, reading.residence, reading.birth_date) == ("CAN", "foreign", None)


@pytest.mark.parametrize(
    ("birth_date", "fits"),
    [(date(1979, 12, 3), True), (date(1979, 12, 4), False), (date(2079, 12, 3), True)],
)
def test_an_old_card_agrees_with_a_birth_date_by_its_last_six_digits(birth_date, fits):
    assert read(FOREIGN, "USA310079120312").fits_birth_date(birth_date) is fits


def test_an_old_card_may_be_of_a_leap_day():
    assert read(FOREIGN, "USA310000022912").fits_birth_date(date(2000, 2, 29))
    assert refusal(FOREIGN, "USA310001022912") == "number-birth-date"


@pytest.mark.parametrize("nationality", ["CHN", "XXX", "HKG", "TWN"])
def test_a_foreign_card_is_of_a_foreign_state(nationality):
    assert refusal(FOREIGN, f"{nationality}310079120312") == "number-nationality"


def test_a_new_permanent_residence_card_tells_birth_date_sex_and_nationality():
    reading = read(FOREIGN, civil("93584019791203112"))
    assert (reading.nationality, reading.residence) == ("USA", "foreign")
    assert (reading.birth_date, reading.sex) == (date(1979, 12, 3), "female")


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ("83584019791203112", "number-format"),
        ("91084019791203112", "number-region"),
        ("93515619791203112", "number-nationality"),
        ("93500019791203112", "number-nationality"),
        ("93584019791303112", "number-birth-date"),
    ],
)
def test_a_new_card_begins_with_nine_and_known_codes(first, code):
    assert refusal(FOREIGN, civil(first)) == code


@pytest.mark.parametrize(("number", "legal"), [
    ("E1234", True), ("E123", False), ("EA1234567", True), ("EA12345678", False),
    ("123456789", True), ("ABCDEFGH", False), ("E12345_78", False), ("护照123456", False),
])  # fmt: skip
def test_a_passport_has_five_to_nine_letters_and_digits(number, legal):
    if legal:
        assert read(PASSPORT, number.lower()).number == number
    else:
        assert refusal(PASSPORT, number) == "number-format"


def test_a_passport_is_unique_within_its_issuing_state():
    reading = read(PASSPORT, "E12345678")
    assert reading.index_value("CHN") != reading.index_value("CAN")
    assert reading.index_value("CHN")[0] != read(TAIWAN, "12345678").index_value(None)[0]


def test_where_the_holder_belongs():
    passport = read(PASSPORT, "E12345678")
    assert residence_of(passport, "CHN") == "mainland"
    assert residence_of(passport, "CAN") == "foreign"
    assert residence_of(read(HK_MACAU, "H12345678"), None) == "hong_kong"


def test_a_further_document_tells_more_only_if_it_ranks_above_all_held():
    assert tells_more(RESIDENT, {PASSPORT, HK_MACAU})
    assert not tells_more(PASSPORT, {HK_MACAU})
    assert not tells_more(PASSPORT, {PASSPORT})
    assert not tells_more(HMT, {RESIDENT, PASSPORT})


@pytest.mark.parametrize("typed", ["３５ 0702-1996", "35—0702—1996", "350702 1996\t"])
def test_spaces_dashes_and_width_do_not_matter(typed):
    assert normalised(typed) == "3507021996"


def test_numbers_are_masked_by_their_length():
    assert masked_number(civil("35070219960517001"))[:4] == "350*"
    assert masked_number("A" * 14) == "A" + "*" * 11 + "AA"
    assert masked_number("B" * 15) == "BBB" + "*" * 8 + "BBBB"
    assert masked_number("E1234") == "E**34"
