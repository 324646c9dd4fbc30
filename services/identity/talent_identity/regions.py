"""Regions as this service's input names them."""

from typing import Annotated

from pydantic import Field, StringConstraints
from talent_kit.clock import Clock, local_date
from talent_kit.problems import Invalid, Text
from talent_kit.regions import regions

RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{6}$"), Field(examples=["350702"])]


class UnknownRegion(Invalid):
    code = "unknown-region"
    title = Text("没有此地区代码", "No region bears this code today")


def require_region(code: str, clock: Clock) -> None:
    """Raise UnknownRegion unless a region bears the code today."""
    if not regions().exists(code, local_date(clock.now())):
        raise UnknownRegion(field="body.region")
