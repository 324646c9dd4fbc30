"""The list of nationalities."""

from talent_identity.talents.countries import ALPHA_OF_NUMERIC, NATIONALITIES


def test_the_list_is_that_of_the_standard_without_three_regions_of_china():
    assert len(NATIONALITIES) == 249 - 3
    assert {"CHN", "CAN", "USA", "FRA", "JPN", "KOR", "SGP", "GBR"} <= NATIONALITIES
    assert NATIONALITIES.isdisjoint({"HKG", "MAC", "TWN"})


def test_numeric_codes_are_distinct_and_of_three_digits():
    assert len(ALPHA_OF_NUMERIC) == len(NATIONALITIES)
    assert all(len(code) == 3 and code.isdigit() for code in ALPHA_OF_NUMERIC)
    assert (ALPHA_OF_NUMERIC["840"], ALPHA_OF_NUMERIC["156"]) == ("USA", "CHN")
