"""Who may act for an employer: the newest word, and what the token selects."""

from talent_contracts import EmployerUpdated
from talent_kit.auth import Role
from talent_registration.employers.consumers import on_employers

from ..world import booth


def told(exhibitor, version, *agents):
    return EmployerUpdated(
        employer_id=exhibitor.employer_id,
        region="350703",
        kind="enterprise",
        agents=agents,
        version=version,
    )


async def test_the_newest_word_counts_however_it_comes(world):
    firm = await world.employer()
    async with world.running.service.database.transaction() as session:
        await on_employers(session, [told(firm, 3, "third"), told(firm, 2, "second")])
        await on_employers(session, [told(firm, 1, "first")])
    (row,) = await world.rows("SELECT agents, region, version FROM organisation")
    assert (row.agents, row.region, row.version) == (["third"], "350703", 3)
    activity = await world.published(**booth())
    left = await firm.book(activity)
    assert (left.status_code, left.json()["code"]) == (403, "not-an-agent")


async def test_who_acts_for_several_says_for_which(world):
    one, other = await world.employer(login="both"), await world.employer(login="both")
    activity = await world.published(**booth())
    unnamed = world.running.issuer.headers("both", Role.EMPLOYER)
    answer = await world.send("GET", one.path(activity), unnamed)
    assert (answer.status_code, answer.json()["code"]) == (409, "employer-not-chosen")
    assert (await other.book(activity)).json()["employer_id"] == str(other.employer_id)
