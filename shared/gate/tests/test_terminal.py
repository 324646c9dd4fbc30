"""The device at a terminal, against a service that is not there, or does not know it."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from talent_gate.__main__ import main
from talent_gate.roster import public_text


@pytest.fixture
def enrolment(tmp_path):
    def write(port):
        path = tmp_path / "enrolment.json"
        key = public_text(Ed25519PrivateKey.generate())
        ids = {"activity_id": str(uuid4()), "gate_id": str(uuid4())}
        url = f"http://127.0.0.1:{port}"
        path.write_text(json.dumps({"url": url, "secret": "s", "roster_key": key} | ids))
        return [str(path), str(tmp_path / "memory")]

    return write


@pytest.fixture
def stranger():
    """A service that knows no device."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(401)
            self.end_headers()
            self.wfile.write(b'{"code": "unauthenticated"}')

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_without_network_or_roster_it_says_so(enrolment, capsys):
    assert main(enrolment(9), ["TC1:ANY\n", "out hello\n"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["reason"] for line in lines] == ["no-roster", "malformed"]


def test_a_device_that_nobody_knows(enrolment, stranger, capsys):
    assert main(enrolment(stranger), []) == 1
    assert "enrol it anew" in capsys.readouterr().err


def test_how_it_is_called(capsys):
    assert main([]) == 2
    assert "ENROLMENT" in capsys.readouterr().err
