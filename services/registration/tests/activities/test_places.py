"""Distances on the ground."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_registration.activities.places import EARTH_KM, Point, box_around, distance_km

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (Point(26.6417, 118.1777), Point(28.9358, 118.8593), 263.8),  # Nanping to Quzhou
        (Point(0, 0), Point(0, 180), math.pi * EARTH_KM),
        (Point(30, 179.9), Point(30, -179.9), 19.26),
        (Point(26.6417, 118.1777), Point(26.6417, 118.1777), 0),
    ],
)
def test_known_distances(one, other, km):
    assert distance_km(one, other) == pytest.approx(km, rel=2e-3, abs=1e-6)


@given(points, st.floats(0, 2 * math.pi), st.floats(0.1, 500), st.floats(0, 1))
def test_what_is_near_lies_in_the_box(centre, bearing, km, share):
    other = going(centre, bearing, km * share)
    assert distance_km(centre, other) == pytest.approx(km * share, abs=1e-3)
    box = box_around(centre, km + 1e-3)
    assert box.south <= other.latitude <= box.north
    assert box.west <= other.longitude <= box.east


def going(start, bearing, km):
    """Where somebody is who went straight ahead."""
    angle, latitude = km / EARTH_KM, math.radians(start.latitude)
    sine = math.sin(latitude) * math.cos(angle)
    sine += math.cos(latitude) * math.sin(angle) * math.cos(bearing)
    there = math.asin(max(-1.0, min(1.0, sine)))
    across = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(latitude),
        math.cos(angle) - math.sin(latitude) * math.sin(there),
    )
    longitude = (start.longitude + math.degrees(across) + 540) % 360 - 180
    return Point(math.degrees(there), longitude)


@given(points, points, points)
def test_no_way_around_is_shorter(one, other, third):
    assert distance_km(one, other) == pytest.approx(distance_km(other, one))
    around = distance_km(one, third) + distance_km(third, other)
    assert distance_km(one, other) <= around + 1e-6
