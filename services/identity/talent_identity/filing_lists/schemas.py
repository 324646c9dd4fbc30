"""What the description of the interface says about a list."""

from typing import Any

from talent_kit.blobs import CSV, XLSX

REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself. CSV: UTF-8 or GB 18030 (GBK in it); comma, semicolon or "
        "tab. XLSX: the first visible sheet, values without formulas. The first row names the "
        "columns, in any order: see the template.",
        "content": {
            CSV: {"schema": {"type": "string", "format": "binary"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}

TEMPLATE_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {CSV: {"schema": {"type": "string"}}}}
}
