"""GET /v1/personal-data/identity and its export."""

from talent_kit.auth import Role

from ..factories import fixed_term, resident_number

PATH = "/v1/personal-data/identity"
NUMBER = resident_number(sequence=731)


async def story(world):
    talent, shown = await world.talent(document={"kind": "resident_id", "number": NUMBER})
    agent, employer = await world.employer()
    declared = await talent.post("/v1/employments", fixed_term(employer["id"]))
    await talent.post("/v1/codes", {})
    reviewer = world.caller(Role.REVIEWER, region="350700")
    assert (await reviewer.get(f"/v1/talents/{shown['id']}")).status_code == 200
    assert (await reviewer.get(f"/v1/employments/{declared.json()['id']}")).status_code == 200
    return talent, agent, declared.json()


async def test_a_talent_sees_everything_masked_and_who_read_it(world):
    talent, agent, employment = await story(world)
    path = f"/v1/employments/{employment['id']}/confirm"
    assert (await agent.post(path, If_Match='"1"')).status_code == 200
    answer = await talent.get(PATH)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    shown = answer.json()
    assert shown["profile"] == (await talent.get("/v1/talents/me")).json()
    assert [row["id"] for row in shown["employments"]] == [employment["id"]]
    assert [(row["serial"], row["voided_at"]) for row in shown["codes"]] == [(1, None)]
    assert [(row["action"], row["region"]) for row in shown["readings"]] == [
        ("employment.confirm", "350702"),
        ("employment.read", "350702"),
        ("talent.read", "350702"),
    ]
    for secret in (NUMBER, "13812345678", "林小溪", agent.login):
        assert secret not in answer.text


async def test_the_export_is_in_clear_and_audited(world):
    talent, _, employment = await story(world)
    answer = await talent.get(f"{PATH}/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    exported = answer.json()
    assert exported["documents"][0]["number"] == NUMBER
    profile = exported["profile"]
    assert (profile["name"], profile["phone"]) == ("林小溪", "+8613812345678")
    assert (profile["login"], profile["formerly"]) == (talent.login, [])
    assert [row["id"] for row in exported["employments"]] == [employment["id"]]
    entry = (await world.audited())[-1]
    assert (entry.actor, entry.action) == (talent.login, "personal-data.exported")


async def test_nobody_sees_anothers(world):
    await story(world)
    other, _ = await world.talent()
    for path in (PATH, f"{PATH}/export"):
        answer = await other.get(path)
        assert answer.status_code == 200
        assert NUMBER not in answer.text
        assert answer.json()["employments"] == []
        nobody = await world.caller(Role.TALENT).get(path)
        assert (nobody.status_code, nobody.json()["code"]) == (404, "talent-not-registered")
