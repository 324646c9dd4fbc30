"""What comes next, told before anybody tries it."""

from .story import DOCUMENTS, START, Story, code


def acts(told):
    return {each["kind"]: each for each in told["acts"]}


def wanted(documents):
    return {each["kind"]: each["attached"] for each in documents}


async def test_who_applies_is_told_what_is_still_to_be_brought(world):
    story = await Story.begun(world)
    await story.attach("id_copy")
    told = await story.read("/next")
    assert (told["status"], told["notice_until"], told["unmet"]) == ("applied", None, [])
    submitted = acts(told)["submitted"]
    assert (submitted["by"], submitted["yours"]) == (["unit"], True)
    assert wanted(submitted["documents"]) == {
        "application_form": False,
        "doctorate_certificate": False,
        "id_copy": True,
    }
    assert submitted["documents"][0]["name"] == {"zh": "申请表", "en": "Application form"}
    talent = acts(await story.read("/next", story.talent.headers))
    assert (talent["consented"]["yours"], talent["submitted"]["yours"]) == (True, False)
    assert talent.keys().isdisjoint({"notice_ended", "entered"})


async def test_it_is_told_which_conditions_are_not_met_and_need_an_approval_beforehand(world):
    story = await Story.begun(
        world, arrangement="in_service", doctorate="awaited", doctorate_on=None
    )
    told = await story.read("/next")
    assert [each["name"] for each in told["unmet"]] == ["in_service"]
    assert wanted(acts(told)["submitted"]["documents"]).keys() == {
        "application_form",
        "id_copy",
        "defence_proof",
        "employer_consent",
    }
    await story.done("excepted", story.office, conditions=["in_service"])
    assert (await story.read("/next"))["unmet"] == []


async def test_the_last_day_of_the_notice_is_told(world):
    story = await Story.begun(world)
    world.today(START)
    await story.attach(*DOCUMENTS)
    await story.done("consented", story.talent)
    await story.done("submitted")
    await story.done("entry_panel", panel_id=await story.panel("entry", "passed"))
    told = await story.read("/next", story.talent.headers)
    assert (told["status"], told["notice_until"]) == ("notice", "2026-09-10")


async def test_each_ground_for_leaving_early_says_what_it_asks_for(world):
    story = await (await Story.begun(world)).entered()
    left = acts(await story.read("/next"))["left_early"]
    assert wanted(left["documents"]) == {"leave_form": False}
    assert {each["ground"]: [*wanted(each["documents"])] for each in left["grounds"]} == {
        "failed_assessment": ["opinion"],
        "fraud": ["fraud_finding"],
        "warning": ["disciplinary_decision"],
        "absence": ["attendance_record"],
        "illness": ["medical_certificate"],
        "overseas": ["overseas_approval"],
        "other": ["opinion"],
    }


async def test_nobody_is_asked_for_documents_of_what_cannot_be(world):
    story = await (await Story.begun(world)).entered()
    answer = await story.act("left_early", on="2026-09-14", ground="absence")
    assert code(answer) == (409, "ground-not-met")
