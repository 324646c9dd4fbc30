import contextlib
import os
import signal
import socket
import stat
import threading
import time
from uuid import uuid4

import httpx2
import pytest
from talent_standalone.testing import Standalone

from .conftest import eventually

OPERATOR = {"roles": ["operator"]}


def order(**changes):
    return {
        "order_id": str(uuid4()),
        "account_number": "6222000000000011",
        "holder": "测试甲",
        "amount_fen": 100,
        "currency": "CNY",
    } | changes


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_everything_serves_behind_one_address(platform):
    ready = platform.http.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")
    page = platform.http.get("/")
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]
    assert "server" not in page.headers


def test_services_trust_the_issuer_s_tokens_and_nothing_else(platform):
    assert figures(platform, platform.token(**OPERATOR)).status_code == 200
    assert figures(platform, platform.token(roles=["talent"])).status_code == 403
    forged = platform.token(**OPERATOR)[:-6] + "AAAAAA"
    assert figures(platform, forged).status_code == 401


def sign_in(platform):
    code = platform.http.post("/dev/wechat/codes", json={"user": "graduate-1"}).json()["code"]
    body = {"provider": "wechat", "code": code}
    opened = platform.http.post("/v1/sessions", json=body)
    assert opened.status_code == 201, opened.text
    assert platform.http.post("/v1/sessions", json=body).status_code == 422
    return opened.json()


def refresh(platform, tokens):
    body = {"refresh_token": tokens["refresh_token"]}
    return platform.http.post("/v1/session-tokens", json=body)


def test_a_talent_signs_in_from_the_simulated_wechat(platform):
    tokens = refresh(platform, sign_in(platform)).json()
    held = platform.http.get(
        "/v1/sessions", headers={"Authorization": f"Bearer {tokens['access_token']}"}
    )
    assert [item["id"] for item in held.json()["items"]] == [tokens["session_id"]]


def test_keys_are_for_their_owner_s_eyes(platform):
    kept = [path for path in (platform.folder / "keys").iterdir() if path.is_file()]
    assert {"identity.json", "policy.json", "codes.json", "issuer.json", "bank-secret"} <= {
        path.name for path in kept
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert stat.S_IMODE(platform.folder.stat().st_mode) == 0o700


def test_a_taken_port_is_said_and_nothing_is_touched(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        second = Standalone(tmp_path / "data", PORT=port)
        second.launch()
        code, said = second.ended()
    assert code == 2
    assert f"port {port} of 127.0.0.1 is taken" in said
    assert "Traceback" not in said
    assert not (tmp_path / "data").exists()


def test_two_platforms_do_not_share_a_data_folder(platform):
    second = Standalone(platform.folder)
    second.launch()
    code, said = second.ended()
    assert code == 2
    assert "another process" in said
    assert "Traceback" not in said
    assert platform.http.get("/health/ready").status_code == 200


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"PORT": "secret", "TALENT_RATE": "-1"}, "settings are not valid: PORT, TALENT_RATE"),
        ({"TALENT_ENVIRONMENT": "production"}, "is for development"),
    ],
)
def test_what_cannot_start_says_why(tmp_path, settings, said):
    refused = Standalone(tmp_path / "data", **settings)
    refused.launch()
    code, log = refused.ended()
    assert code == 2
    assert said in log
    assert "secret" not in log
    assert not (tmp_path / "data").exists()


@pytest.mark.crash
def test_data_keys_and_tokens_outlive_a_kill(victim):
    token = victim.token(**OPERATOR)
    packs = victim.http.get("/v1/packs").json()["items"]
    orders = [order() for _ in range(5)]
    with victim.bank() as bank:
        for each in orders:
            assert bank.post("/transfers", json=each).json()["status"] == "booked"
    first = sign_in(victim)
    second = refresh(victim, first).json()
    third = refresh(victim, second).json()
    before = booked(victim)
    assert before[-5:] == [each["order_id"] for each in orders]
    postgres = victim.postgres_pid()
    victim.process.send_signal(signal.SIGKILL)
    victim.ended()
    eventually(lambda: gone(postgres))

    victim.start()
    assert booked(victim) == before
    with victim.bank() as bank:
        assert bank.post("/transfers", json=orders[0]).json()["status"] == "booked"
    assert booked(victim) == before
    assert figures(victim, token).status_code == 200
    fourth = refresh(victim, third)
    assert fourth.status_code == 201
    # What was used up before the kill stays used up, and ends the session.
    assert refresh(victim, first).status_code == 401
    assert refresh(victim, fourth.json()).status_code == 401
    assert packs
    assert victim.http.get("/v1/packs").json()["items"] == packs


@pytest.mark.crash
def test_a_killed_postgresql_comes_back_under_the_same_process(victim):
    token = victim.token(**OPERATOR)
    before = booked(victim)
    killed = victim.postgres_pid()
    os.kill(killed, signal.SIGKILL)
    seen = set()

    def is_back():
        seen.add(victim.http.get("/health/ready").status_code)
        try:
            current = victim.postgres_pid()
        except FileNotFoundError:  # it is just coming up
            return False
        return current != killed and figures(victim, token).status_code == 200

    eventually(is_back)
    eventually(lambda: victim.http.get("/health/ready").status_code == 200)
    assert seen <= {200, 503}
    assert booked(victim) == before
    with victim.bank() as bank:
        assert bank.post("/transfers", json=order()).json()["status"] == "booked"
    assert victim.running


def test_a_signal_lets_open_requests_finish(victim):
    postgres = victim.postgres_pid()
    answers = []
    slow = send_aside(victim, answers, every={"late": 1}, late_seconds=1.5)
    victim.process.send_signal(signal.SIGTERM)
    code, _ = victim.ended()
    slow.join()
    assert [answer.status_code for answer in answers] == [200]
    assert code == 0
    assert gone(postgres)


def test_a_second_signal_does_not_wait(victim):
    send_aside(victim, [], every={"lost": 1})
    victim.process.send_signal(signal.SIGINT)
    time.sleep(1)
    assert victim.running
    victim.process.send_signal(signal.SIGINT)
    began = time.monotonic()
    code, _ = victim.ended()
    assert time.monotonic() - began < 5
    assert code == 0


def figures(platform, token):
    """Ask something of a service that needs its database and a token."""
    headers = {"Authorization": f"Bearer {token}"}
    return platform.http.get("/v1/operations/identity/events", headers=headers)


def booked(platform):
    """Return the order ids on the bank's statement."""
    with platform.bank() as bank:
        return [line["order_id"] for line in bank.get("/statement").json()["lines"]]


def send_aside(platform, answers, **behaviour):
    """Send an order whose answer takes its time; return the thread once it is booked."""
    before = booked(platform)

    def send():
        with platform.bank() as bank:
            bank.put("/behaviour", json=behaviour)
            with contextlib.suppress(httpx2.HTTPError):
                answers.append(bank.post("/transfers", json=order()))

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    eventually(lambda: len(booked(platform)) > len(before))
    return thread
