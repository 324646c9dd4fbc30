"""Where things are on the earth: distances, and what is surely too far.

Pure. Degrees by WGS 84; on a sphere, which is right to half a percent.
"""

import math
from typing import NamedTuple

EARTH_KM = 6371.0088


class Point(NamedTuple):
    latitude: float
    longitude: float


class Box(NamedTuple):
    """Whatever is within a distance lies in it; not all that lies in it is."""

    south: float
    north: float
    west: float
    east: float


def distance_km(one: Point, other: Point) -> float:
    """Return the length of the shortest way over the ground."""
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    across = math.radians(other.longitude - one.longitude)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def box_around(centre: Point, km: float) -> Box:
    """Return the box around a circle; the whole width where it holds a pole or crosses 180°."""
    angle = km / EARTH_KM
    reach = math.degrees(angle)
    south, north = centre.latitude - reach, centre.latitude + reach
    if south <= -90 or north >= 90:
        return Box(max(south, -90), min(north, 90), -180, 180)
    width = math.degrees(math.asin(math.sin(angle) / math.cos(math.radians(centre.latitude))))
    west, east = centre.longitude - width, centre.longitude + width
    if west < -180 or east > 180:
        west, east = -180, 180
    return Box(south, north, west, east)
