"""What can become of a candidacy."""

from hypothesis import given
from hypothesis import strategies as st
from talent_postdoc.candidacies.states import OPEN, Act, Status, after


@given(st.lists(st.sampled_from(Act), max_size=30))
def test_whatever_is_tried_nobody_is_accepted_without_an_interview(acts):
    status, since = Status.APPLIED, [Status.APPLIED]
    for act in acts:
        following = after(status, act)
        if following is None:
            continue
        if following is Status.APPLIED:
            since = []
        since.append(following)
        if following is Status.ACCEPTED:
            order = [Status.APPLIED, Status.SHORTLISTED, Status.INVITED, Status.INTERVIEWED]
            assert [each for each in dict.fromkeys(since) if each in order] == order
        status = following


def test_what_is_decided_stays_so_but_that_one_withdraws_and_applies_again():
    for act in Act:
        assert after(Status.REFUSED, act) is None
        assert after(Status.LAPSED, act) is None
    assert after(Status.ACCEPTED, Act.WITHDRAW) is Status.WITHDRAWN
    assert after(Status.WITHDRAWN, Act.APPLY) is Status.APPLIED


def test_every_undecided_one_can_be_refused_withdrawn_and_lapse():
    for status in OPEN:
        assert after(status, Act.REFUSE) is Status.REFUSED
        assert after(status, Act.WITHDRAW) is Status.WITHDRAWN
        assert after(status, Act.LAPSE) is Status.LAPSED
