from talent_contracts import EVENTS, EventData


def kinds(base: type[EventData]):
    for found in base.__subclasses__():
        yield from kinds(found)
        if "TYPE" in vars(found) and found.__module__.startswith("talent_contracts."):
            yield found


def test_every_event_type_is_published_in_the_one_table():
    unlisted = [kind.TYPE for kind in kinds(EventData) if EVENTS.get(kind.TYPE) is not kind]
    assert not unlisted, (
        "what is not in EVENTS has neither snapshot nor compatibility test, and no subscriber can "
        f"find it: {unlisted}"
    )


def test_an_event_s_type_tells_owner_aggregate_fact_and_version():
    odd = [kind for kind in EVENTS if len(kind.split(".")) != 5 or not kind.startswith("talent.")]
    assert not odd, f"talent.SERVICE.AGGREGATE.PAST-TENSE.vN is what partners route by: {odd}"
