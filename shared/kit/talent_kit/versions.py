"""Optimistic locking over HTTP: an aggregate's version is its ETag, an update names it."""

from typing import Annotated

from fastapi import Depends, Header

from .problems import BadRequest, Text, VersionChanged, VersionRequired


class VersionInvalid(BadRequest):
    code = "version-invalid"
    title = Text("If-Match 格式不正确", 'If-Match is not of the form "3"')


async def _if_match(
    if_match: Annotated[
        str | None, Header(description='The version that was read, quoted: `"3"`.')
    ] = None,
) -> int:
    if if_match is None:
        raise VersionRequired(field="header.If-Match")
    number = if_match.strip().removeprefix('"').removesuffix('"')
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise VersionInvalid(field="header.If-Match")
    return int(number)


IfMatch = Annotated[int, Depends(_if_match)]


def require_version(current: int, expected: int) -> None:
    """Raise VersionChanged unless the caller read the current version."""
    if current != expected:
        raise VersionChanged(current_version=current)
