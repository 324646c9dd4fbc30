"""Experts found by what an official knows of them."""

import pytest
from talent_kit.auth import Role
from talent_kit.calls import CallFailed, CallRefused
from talent_kit.identifiers import new_id
from talent_kit.resolving import Known

from .experts import refused

PATH = "/v1/panels/experts"
NUMBER = "110101199605170016"


class Register:
    """Identity, which knows one document, and keeps what it was asked for."""

    def __init__(self, talent=None, fails=None):
        self.talent, self.fails, self.asked = talent, fails, []

    async def resolve(self, asked, purpose):
        if self.fails is not None:
            raise self.fails
        self.asked += [(each.kind, each.number, each.issued_by, purpose) for each in asked]
        return [
            Known(self.talent if each.number == NUMBER else None, None, None, "number", None)
            for each in asked
        ]

    async def close(self):
        pass


def known(world, **given):
    world.running.service.__dict__["identity"] = Register(**given)
    return world.running.service.identity


async def test_the_login_of_who_bears_a_document_is_found_and_the_reading_is_told(world):
    expert = await world.talent(login="expert-login")
    identity = known(world, talent=expert.id)
    for who in (world.office(), (await world.unit()).headers):
        answer = await world.send("POST", PATH, who, json={"number": NUMBER})
        assert (answer.status_code, answer.json()) == (200, {"login": "expert-login"})
    assert identity.asked == [("resident_id", NUMBER, None, "find-expert")] * 2
    assert NUMBER not in await world.running.stored()
    read = (await expert.send("GET", "/v1/personal-data/postdoc")).json()["readings"]
    assert [each["action"] for each in read] == ["expert.found"] * 2


async def test_who_has_not_registered_or_does_not_sign_in_is_not_found(world):
    known(world, talent=new_id())
    for number in (NUMBER, "110101199003070476"):
        problem = refused(
            await world.send("POST", PATH, world.office(), json={"number": number}),
            404,
            "expert-not-found",
        )
        assert problem["field"] == "body.number"
    known(world, talent=(await world.talent(login=None)).id)
    answer = await world.send("POST", PATH, world.office(), json={"number": NUMBER})
    refused(answer, 404, "expert-not-found")


@pytest.mark.parametrize("fails", [CallFailed("no answer"), CallRefused(403, "forbidden")])
async def test_without_identity_s_answer_it_is_tried_again(world, fails):
    known(world, fails=fails)
    answer = await world.send("POST", PATH, world.office(), json={"number": NUMBER})
    refused(answer, 503, "experts-not-asked")


async def test_talents_do_not_look_for_experts(world):
    talent = world.signed_in("somebody", Role.TALENT)
    answer = await world.send("POST", PATH, talent, json={"number": NUMBER})
    refused(answer, 403, "forbidden")
