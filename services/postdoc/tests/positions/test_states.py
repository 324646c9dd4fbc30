"""What can become of a position."""

from hypothesis import given
from hypothesis import strategies as st
from talent_postdoc.positions.states import TRANSITIONS, Act, Status, after


@given(st.lists(st.sampled_from(Act)))
def test_whatever_is_tried_a_position_is_published_once_and_filled_only_by_acceptance(acts):
    status, past = Status.DRAFT, [Status.DRAFT]
    for act in acts:
        following = after(status, act)
        if following is None:
            continue
        assert following is not Status.DRAFT or status is Status.DRAFT
        assert following is not Status.FILLED or act is Act.FILL
        assert following is not Status.PUBLISHED or Status.CLOSED not in past
        status = following
        past.append(status)


def test_nobody_applies_but_while_it_is_published():
    assert [status for status, act in TRANSITIONS if act is Act.APPLY] == [Status.PUBLISHED]
