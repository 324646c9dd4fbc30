"""What needs Java and Maven is marked, or skipped loudly; the stack and the collector of traces."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from talent_stack.testing import StackUnderTest

STACK = Path(__file__).parent / "stack"
JAVA = 17
NOT_TESTED = pytest.StashKey[str]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark everything in `stack`, and skip what is so marked where there is no Java or Maven."""
    for item in items:
        if STACK in item.path.parents:
            item.add_marker(pytest.mark.stack)
    missing = missing_tools()
    if missing and not os.environ.get("REQUIRE_STACK"):
        config.stash[NOT_TESTED] = (
            f"STACK NOT TESTED: this machine has no {' and no '.join(missing)}"
        )
        for item in items:
            if item.get_closest_marker("stack"):
                item.add_marker(pytest.mark.skip(reason=config.stash[NOT_TESTED]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config):
    if NOT_TESTED in config.stash:
        terminalreporter.section(config.stash[NOT_TESTED], sep="!", red=True, bold=True)


def missing_tools() -> list[str]:
    """Return what the servers need and this machine does not have."""
    missing = [] if shutil.which("mvn") else ["Maven"]
    if (java_version() or 0) < JAVA:
        missing.append(f"Java {JAVA}")
    return missing


def java_version() -> int | None:
    """Return the major version of the machine's Java, None where there is none."""
    java = shutil.which("java")
    if java is None:
        return None
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else None


class Collector(ThreadingHTTPServer):
    """Takes all that is sent over OTLP, and keeps the traces."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.traces: list[bytes] = []


class Taking(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/v1/traces":
            self.server.traces.append(body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    with Collector() as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield server
        finally:
            server.shutdown()
            serving.join()


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory: pytest.TempPathFactory, collector: Collector
) -> Iterator[StackUnderTest]:
    """One whole stack for the session; each test leaves it running and well."""
    folder = tmp_path_factory.mktemp("stack")
    with StackUnderTest.running(folder, log_level="DEBUG", otlp_endpoint=collector.url) as stack:
        yield stack
        done = stack.run("doctor")
        assert done.returncode == 0, done.stdout
