"""An envelope that is written at once says what the model of it says."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from talent_contracts import CloudEvent, EmployerRegistered, TalentRegistered, written

SOMEBODY = UUID("01900000-0000-7000-8000-000000000001")
FORMER = UUID("01900000-0000-7000-8000-000000000002")
AT = datetime(2026, 3, 1, 4, 5, 6, 700, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

TALENT = TalentRegistered(
    version=1,
    talent_id=SOMEBODY,
    login=None,
    region="350702",
    birth_date=date(1996, 5, 17),
    nationality="CHN",
    residence="mainland",
    formerly=(FORMER,),
)
EMPLOYER = EmployerRegistered(
    version=1, employer_id=SOMEBODY, region="350702", kind='"企业"', agents=()
)


@pytest.mark.parametrize("event", [TALENT, EMPLOYER])
@pytest.mark.parametrize("traceparent", [None, TRACE])
def test_what_is_written_is_the_envelope(event, traceparent):
    envelope = CloudEvent(
        id=FORMER,
        source="/identity",
        type=event.TYPE,
        subject=str(SOMEBODY),
        time=AT,
        traceparent=traceparent,
        data=event.model_dump(mode="json"),
    )
    text = written(event, identifier=FORMER, time=AT, traceparent=traceparent)
    assert CloudEvent.model_validate_json(text) == envelope
    read = type(event).model_validate(CloudEvent.model_validate_json(text).data)
    assert read == event
    assert text.startswith(b'{"specversion":"1.0","id":"01900000-')
    assert (b"traceparent" in text) == (traceparent is not None)
