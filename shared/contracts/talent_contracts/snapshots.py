"""Schema snapshots: what each event type has promised, committed beside the code.

`python -m talent_contracts.snapshots` writes them anew, and refuses where that would break someone.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from . import EVENTS, EventData
from .compatibility import compare

FOLDER = Path(__file__).parent.parent / "schemas"


def schema_of(event: type[EventData]) -> dict[str, Any]:
    """Return the JSON Schema of an event's data, as subscribers validate it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:talent-cloud:event:{event.TYPE}",
        **event.model_json_schema(mode="validation"),
    }


def write(events: Iterable[type[EventData]], folder: Path) -> Iterator[str]:
    """Write the snapshots of events; yields each change that breaks, and leaves those unwritten."""
    folder.mkdir(exist_ok=True)
    for event in events:
        path, schema = folder / f"{event.TYPE}.json", schema_of(event)
        breaks = (
            compare(json.loads(path.read_text("utf-8")), schema).breaks if path.exists() else []
        )
        yield from (f"{event.TYPE}: {broken}" for broken in breaks)
        if not breaks:
            path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    refused = list(write(EVENTS.values(), FOLDER))
    sys.stdout.write("".join(f"{line}\n" for line in refused))
    sys.exit(1 if refused else 0)
