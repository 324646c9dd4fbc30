"""New positions as an Atom feed (RFC 4287); pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_TITLE = {"zh": "博士后岗位", "en": "Postdoc positions"}
_NEVER = datetime(2020, 1, 1, tzinfo=UTC)


def atom(cards: Sequence[dict[str, Any]], base: str, language: str) -> bytes:
    """Return the feed of some positions, as the search gives them, in `zh` or `en`.

    The same positions give the same bytes.
    """
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": language})
    own = f"{base}/v1/positions/feed.atom"
    SubElement(feed, "id").text = own
    SubElement(feed, "title").text = _TITLE[language]
    newest = max((card["published_at"] for card in cards), default=None)
    SubElement(feed, "updated").text = newest or _NEVER.isoformat()
    SubElement(feed, "link", {"rel": "self", "href": own, "type": MEDIA_TYPE})
    author = SubElement(feed, "author")
    SubElement(author, "name").text = "Talent Cloud"
    for card in cards:
        _add(feed, card, base, language)
    content: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def _add(feed: Element, card: dict[str, Any], base: str, language: str) -> None:
    entry = SubElement(feed, "entry")
    SubElement(entry, "id").text = f"urn:uuid:{card['id']}"
    SubElement(entry, "title").text = _xml(card["title"][language])
    SubElement(entry, "published").text = card["published_at"]
    SubElement(entry, "updated").text = card["published_at"]
    SubElement(entry, "link", {"href": f"{base}/v1/positions/{card['id']}"})
    for code in card["disciplines"]:
        SubElement(entry, "category", {"term": code})
    station = card["station"]
    names = (station["unit"][language], station["name"][language])
    SubElement(entry, "summary").text = _xml(" · ".join((*names, card["closes_on"])))


def _xml(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")
