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

from .conftest import Standalone, eventually

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
    assert platform.figures(platform.token(**OPERATOR)).status_code == 200
    assert platform.figures(platform.token(roles=["talent"])).status_code == 403
    forged = platform.token(**OPERATOR)[:-6] + "AAAAAA"
    assert platform.figures(forged).status_code == 401


def test_keys_are_for_their_owner_s_eyes(platform):
    kept = [path for path in (platform.data / "keys").iterdir() if path.is_file()]
    assert {"identity.json", "policy.json", "codes.json", "issuer.json", "bank-secret"} <= {
        path.name for path in kept
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert stat.S_IMODE(platform.data.stat().st_mode) == 0o700


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
    second = Standalone(platform.data)
    second.launch()
    code, said = second.ended()
    assert code == 2
    assert "another process" in said
    assert "Traceback" not in said
    assert platform.http.get("/health/ready").status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("PORT", "secret", "PORT"),
        ("TALENT_RATE", "-1", "TALENT_RATE"),
        ("TALENT_ENVIRONMENT", "production", "development"),
    ],
)
def test_what_cannot_start_says_why(tmp_path, name, value, named):
    refused = Standalone(tmp_path / "data", **{name: value})
    refused.launch()
    code, said = refused.ended()
    assert code == 2
    assert named in said
    assert "secret" not in said
    assert not (tmp_path / "data").exists()


@pytest.mark.crash
def test_data_keys_and_tokens_outlive_a_kill(own_platform):
    own_platform.start()
    token = own_platform.token(**OPERATOR)
    with own_platform.bank() as bank:
        orders = [order() for _ in range(5)]
        for each in orders:
            assert bank.post("/transfers", json=each).json()["status"] == "booked"
    postgres = own_platform.postgres_pid()
    own_platform.signal(signal.SIGKILL)
    own_platform.ended()
    eventually(lambda: gone(postgres))

    own_platform.start()
    with own_platform.bank() as bank:
        lines = bank.get("/statement").json()["lines"]
        assert [line["order_id"] for line in lines] == [each["order_id"] for each in orders]
        assert bank.post("/transfers", json=orders[0]).json()["status"] == "booked"
        assert len(bank.get("/statement").json()["lines"]) == 5
    assert own_platform.figures(token).status_code == 200


@pytest.mark.crash
def test_a_killed_postgresql_comes_back_under_the_same_process(own_platform):
    own_platform.start()
    token = own_platform.token(**OPERATOR)
    with own_platform.bank() as bank:
        bank.post("/transfers", json=order())
    killed = own_platform.postgres_pid()
    os.kill(killed, signal.SIGKILL)
    seen = set()

    def is_back():
        seen.add(own_platform.http.get("/health/ready").status_code)
        return own_platform.postgres_pid() != killed and (
            own_platform.figures(token).status_code == 200
        )

    eventually(is_back)
    eventually(lambda: own_platform.http.get("/health/ready").status_code == 200)
    assert seen <= {200, 503}
    with own_platform.bank() as bank:
        assert len(bank.get("/statement").json()["lines"]) == 1
        assert bank.post("/transfers", json=order()).json()["status"] == "booked"
    assert own_platform.process.poll() is None


def test_a_signal_lets_open_requests_finish(own_platform):
    own_platform.start()
    postgres = own_platform.postgres_pid()
    answers = []

    def slow():
        with own_platform.bank() as bank:
            bank.put("/behaviour", json={"every": {"late": 1}, "late_seconds": 1.5})
            answers.append(bank.post("/transfers", json=order()))

    thread = threading.Thread(target=slow)
    thread.start()
    with own_platform.bank() as bank:
        eventually(lambda: bank.get("/statement").json()["lines"])
    own_platform.signal(signal.SIGTERM)
    code, _ = own_platform.ended()
    thread.join()
    assert [answer.status_code for answer in answers] == [200]
    assert code == 0
    assert gone(postgres)


def test_a_second_signal_does_not_wait(own_platform):
    own_platform.start()

    def silent():
        with own_platform.bank() as bank:
            bank.put("/behaviour", json={"every": {"lost": 1}})
            with contextlib.suppress(httpx2.HTTPError):
                bank.post("/transfers", json=order())

    threading.Thread(target=silent, daemon=True).start()
    with own_platform.bank() as bank:
        eventually(lambda: bank.get("/statement").json()["lines"])
    own_platform.signal(signal.SIGINT)
    time.sleep(1)
    assert own_platform.process.poll() is None
    own_platform.signal(signal.SIGINT)
    began = time.monotonic()
    code, _ = own_platform.ended()
    assert time.monotonic() - began < 5
    assert code == 0
