"""How a panel shows itself: votes of others stay hidden until it concluded."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from talent_kit.keyring import Keyring

from ..models.panels import Panel, PanelMember, PanelVote
from ..terms.rules import Terms
from . import seats
from .rules import needed_for_quorum
from .schemas import MemberOut, PanelOut, PanelRow, VoteOut


@dataclass(frozen=True)
class Context:
    """Who looks at a panel, and what belongs to it."""

    login: str
    members: Collection[PanelMember]
    votes: Mapping[UUID, PanelVote]
    terms: Terms


def row(panel: Panel) -> PanelRow:
    """Return a panel in a list."""
    return PanelRow(**panel.model_dump(include=set(PanelRow.model_fields)))


def shown(keyring: Keyring, panel: Panel, context: Context) -> PanelOut:
    """Return a panel as somebody sees it."""
    sitting = {each.id for each in context.members if each.left_at is None}
    own = {each.id for each in context.members if each.login == context.login}
    told = sitting if panel.status == "concluded" else sitting & own
    minutes = panel.minutes_sealed
    return PanelOut(
        **panel.model_dump(include=set(PanelRow.model_fields)),
        members=[_member(keyring, each, context) for each in context.members],
        quorum=needed_for_quorum(len(sitting), context.terms),
        votes=[
            _vote(keyring, context.votes[each.id])
            for each in context.members
            if each.id in told and each.id in context.votes
        ],
        minutes=None
        if minutes is None
        else seats.text_of(keyring, minutes, "panel", "minutes", panel.id),
    )


def _member(keyring: Keyring, member: PanelMember, context: Context) -> MemberOut:
    return MemberOut(
        **member.model_dump(include={"id", "kind", "organisation", "advisor", "chair", "replaces"}),
        name=seats.name_of(keyring, member),
        standing=member.left_as or "sitting",
        voted=member.id in context.votes,
        you=member.login == context.login,
    )


def _vote(keyring: Keyring, vote: PanelVote) -> VoteOut:
    return VoteOut(
        **vote.model_dump(include={"member_id", "grade", "score", "cast_at"}),
        reason=seats.text_of(keyring, vote.reason_sealed, "panel_vote", "reason", vote.id),
    )
