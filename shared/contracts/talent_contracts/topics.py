"""The topics of the bus: what a broker must provide, and why it is so.

A deployment provisions them; nothing creates a topic by using it. Why old messages are deleted and
not compacted stands in docs/decisions/0019.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Topic:
    """One service's events: it alone writes them, the readers' groups are named after them.

    Replicas are the deployment's own affair.
    """

    name: str
    writer: str
    readers: tuple[str, ...]
    partitions: int
    """Most workers of one reader that can share the topic. Never changed on a running bus: a key
    would move to another partition, and its order would be lost."""
    retention: timedelta
    """How long a subscriber may be away, and how long what was erased may still stand here."""
    segment: timedelta
    """The broker deletes whole segments: the last message may stand this much longer."""


_RETENTION = timedelta(days=14)
"""Longer than a Spring Festival without staff; shorter than the 30 days of the inbox's marks, so
that whoever reads it all again applies nothing twice."""

TOPICS = (
    Topic(
        name="talent.identity",
        writer="identity",
        readers=("policy", "postdoc", "registration"),
        # Filing lists of a province come in tens of thousands at once; twelve divide evenly among
        # 1, 2, 3, 4, 6 or 12 workers.
        partitions=12,
        retention=_RETENTION,
        segment=timedelta(days=1),
    ),
    Topic(
        name="talent.policy",
        writer="policy",
        # Its applications follow its payments, and its figures count both. Degree and class, as
        # verified here, say whom a ticket admits.
        readers=("policy", "registration"),
        partitions=12,
        retention=_RETENTION,
        segment=timedelta(days=1),
    ),
    Topic(
        name="talent.postdoc",
        writer="postdoc",
        # Stations and entries are what policy pays for; exits stand in identity's registry. Its
        # own figures count both.
        readers=("identity", "policy", "postdoc"),
        partitions=12,
        retention=_RETENTION,
        segment=timedelta(days=1),
    ),
    Topic(
        name="talent.registration",
        writer="registration",
        # Attendance is what policy pays for.
        readers=("policy",),
        partitions=12,
        retention=_RETENTION,
        segment=timedelta(days=1),
    ),
)
"""Every topic of the platform."""
