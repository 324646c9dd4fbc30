"""What `republish` tells of fellows is what the events said last."""

import json
from datetime import date

from talent_kit.republishing import republish
from talent_postdoc.republishing import REPUBLISHED

from .story import TERM, Story


async def told(world):
    """What was said last of each fellow."""
    rows = await world.rows("SELECT value FROM outbox ORDER BY position")
    events = [json.loads(bytes(row.value)) for row in rows]
    fellows = [each for each in events if ".fellow." in each["type"]]
    return {each["subject"]: each["data"] for each in fellows}


async def test_it_tells_what_the_events_said_last(world):
    exited = await (await Story.begun(world)).assessed()
    world.today(TERM)
    await exited.done("exited", exited.office, on=TERM)
    for leaving in (False, True):
        world.today(date(2026, 9, 1))
        story = await (await Story.begun(world)).entered()
        if leaving:
            await story.attach("leave_form", "opinion")
            await story.done("left_early", on=date(2026, 9, 14), ground="other")
    await Story.begun(world)
    before = await told(world)
    assert {each["status"] for each in before.values()} == {
        "completed",
        "in_station",
        "left_early",
    }
    async with world.running.service.database.engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM outbox")
    counts = await republish(world.running.service, REPUBLISHED)
    assert counts["fellow"] == 3
    assert await told(world) == before
