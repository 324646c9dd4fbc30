"""The keys of talent codes: fetched, kept, and good while their issuer is away."""

import json

import pytest
from talent_code import KeySet
from talent_registration.gates import code_keys
from talent_registration.gates.code_keys import CodeKeys

from ..door import FORGER, ISSUER, KEY, NEIGHBOUR


@pytest.fixture
def published(tmp_path):
    path = tmp_path / "keys.json"

    def publish(*keys):
        path.write_text(KeySet([key.verifying_key for key in keys]).to_json())

    publish.path = path
    publish(KEY)
    return publish


def kids(keys):
    return {key.kid for key in keys}


def keys_of(world, published):
    return CodeKeys(world.running.service, issuer=ISSUER, url=published.path.as_uri())


async def test_a_process_that_starts_while_the_issuer_is_away_knows_the_last_keys(world, published):
    assert kids(await keys_of(world, published).keys()) == {KEY.verifying_key.kid}
    published.path.unlink()
    keys = keys_of(world, published)
    assert kids(await keys.keys()) == {KEY.verifying_key.kid}
    assert json.loads(keys.document)["keys"][0]["iss"] == ISSUER


async def test_a_new_key_is_found_after_the_cooldown_and_one_that_is_away_changes_nothing(
    world, published, monkeypatch
):
    keys = keys_of(world, published)
    await keys.keys()
    published(KEY, FORGER)
    assert not await keys.renew()
    monkeypatch.setattr(code_keys, "_COOLDOWN", 0)
    assert await keys.renew()
    assert len(await keys.keys()) == 2
    published.path.unlink()
    assert not await keys.renew()
    assert len(await keys.keys()) == 2


@pytest.mark.parametrize("said", ["", "{}", "neighbour"])
async def test_what_is_no_key_set_of_the_issuer_s_is_not_taken(world, published, said):
    if said == "neighbour":
        published(NEIGHBOUR)
    else:
        published.path.write_text(said)
    assert len(await keys_of(world, published).keys()) == 0


async def test_without_an_address_no_code_is_good(world):
    assert len(await CodeKeys(world.running.service, issuer="", url="").keys()) == 0
