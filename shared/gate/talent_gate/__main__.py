"""A gate at a terminal: `python -m talent_gate ENROLMENT FOLDER < scans`.

ENROLMENT is a JSON file of what the organiser was shown (`url`, `activity_id`, `gate_id`, `secret`,
`roster_key`), FOLDER the device's memory. Each line that a scanner types is one scan, `out` before
it the way out; each is answered by a line of JSON.
"""

import json
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from .device import Device, DeviceRefused, Enrolment, NoRoster


def main(arguments: Sequence[str], lines: Sequence[str] | None = None) -> int:
    """Answer scans until there are no more; return 1 where the device is not good for this gate."""
    if len(arguments) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    given = json.loads(Path(arguments[0]).read_text("utf-8"))
    enrolment = Enrolment(
        url=given["url"],
        activity_id=UUID(given["activity_id"]),
        gate_id=UUID(given["gate_id"]),
        secret=given["secret"],
        roster_key=given["roster_key"],
    )
    device, stop = Device(Path(arguments[1]), enrolment), threading.Event()
    try:
        device.step()
        background = threading.Thread(target=device.keep, args=[stop], daemon=True)
        background.start()
        for line in sys.stdin if lines is None else lines:
            shown = line.strip()
            try:
                verdict = device.scan(shown.removeprefix("out "), out=shown.startswith("out "))
                answer = asdict(verdict)
            except NoRoster:
                answer = {"admitted": False, "reason": "no-roster"}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
        device.step()
    except DeviceRefused:
        sys.stderr.write("the service does not know this device: enrol it anew\n")
        return 1
    finally:
        stop.set()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
