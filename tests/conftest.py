"""What needs Java and Maven: marked, run by one process, or skipped loudly; the stack for it."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from talent_stack.testing import StackUnderTest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

JAVA = 17
NOT_TESTED = "STACK NOT TESTED"


def needs_stack(nodeid: str) -> bool:
    """Tell whether a test needs the servers: it is of `stack`, or runs on the stack as well."""
    return nodeid.startswith("tests/stack/") or "[stack" in nodeid


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the servers, and skip it where there is no Java or Maven."""
    marks = [pytest.mark.stack]
    missing = missing_tools()
    if missing and not os.environ.get("REQUIRE_STACK"):
        told = f"{NOT_TESTED}: this machine has no {' and no '.join(missing)}"
        marks.append(pytest.mark.skip(reason=told))
    for item in items:
        if needs_stack(item.nodeid):
            for mark in marks:
                item.add_marker(mark)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    for told in {told for _, _, told in (report.longrepr for report in skipped)}:
        if NOT_TESTED in told:
            terminalreporter.section(told.removeprefix("Skipped: "), sep="!", red=True, bold=True)


class Distribution(LoadFileScheduling):
    """A file goes to the next process that is free; what needs the stack is as one file."""

    def _split_scope(self, nodeid: str) -> str:
        return "stack" if needs_stack(nodeid) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Distribution:
    return Distribution(config, log)


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
