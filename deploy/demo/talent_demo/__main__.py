"""`python -m talent_demo`: drives a running platform, or starts one for the run.

BASE_URL names the gateway; without it the one on PORT is used if it answers, else a platform is
started on a free port with a data folder that goes away. Where the gateway is that of the stack in
STACK_DIR, people sign in at its Keycloak, else at the development issuer.
"""

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from .doors import Addresses
from .drive import Drive
from .people import EMPLOYER_KINDS, company
from .report import report
from .run import Run

_START_SECONDS = 60.0


def main() -> int:
    """Run the demo; 0 when everything holds."""
    arguments = argparse.ArgumentParser(prog="talent_demo", description=__doc__)
    arguments.add_argument("--people", type=_at_least(1), default=280)
    arguments.add_argument("--employers", type=_at_least(len(EMPLOYER_KINDS)), default=40)
    arguments.add_argument("--seed", type=int, default=2021)
    given = arguments.parse_args()
    base_url = os.environ.get("BASE_URL") or _running()
    if base_url:
        return asyncio.run(_drive(base_url, given))
    with _own_platform() as started:
        return asyncio.run(_drive(started, given))


async def _drive(base_url: str, given: argparse.Namespace) -> int:
    stack = Addresses.of(Path(os.environ.get("STACK_DIR", ".stack")), base_url)
    print(f"platform: {base_url}{', a stack' if stack else ''}")
    salt = int(time.time()) % 100_000
    firms, graduates = company(random.Random(given.seed), salt, given.people, given.employers)
    run = Run(told=_tell)
    limits = httpx2.Limits(max_connections=16)
    async with httpx2.AsyncClient(base_url=base_url, timeout=40, limits=limits) as http:
        drive = Drive(http, run, stack)
        with run.phase("sign in, budgets"):
            await drive.staff()
        await drive.year(firms, graduates)
        books = await drive.reconcile()
    broken = report(run, len(graduates), len(firms), books)
    for fault in broken[:20]:
        print(f"DOES NOT HOLD: {fault}", file=sys.stderr)
    return 1 if broken else 0


def _tell(phase: str, seconds: float) -> None:
    print(f"  {phase:22} {seconds:7.1f} s", flush=True)


def _at_least(least: int) -> Callable[[str], int]:
    def number(given: str) -> int:
        if (value := int(given)) < least:
            raise argparse.ArgumentTypeError(f"{value} are too few, {least} are needed")
        return value

    return number


def _running() -> str | None:
    url = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    try:
        answer = httpx2.get(f"{url}/health/ready", timeout=2)
    except httpx2.HTTPError:
        return None
    return url if answer.status_code == 200 else None


@contextmanager
def _own_platform() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="talent-demo-") as folder:
        log = Path(folder) / "platform.log"
        environment = os.environ | {"PORT": str(port), "DATA_DIR": str(Path(folder) / "data")}
        with log.open("w") as out:
            platform = subprocess.Popen(
                [sys.executable, "-m", "talent_standalone"],
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            _await_ready(url, platform, log)
            yield url
        finally:
            platform.terminate()
            platform.wait(timeout=30)


def _await_ready(url: str, platform: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if platform.poll() is not None:
            raise SystemExit(f"the platform did not start:\n{log.read_text()[-2000:]}")
        try:
            if httpx2.get(f"{url}/health/ready", timeout=2).status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.2)
    raise SystemExit("the platform did not become ready")


if __name__ == "__main__":
    raise SystemExit(main())
