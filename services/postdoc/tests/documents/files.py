"""Small files for tests."""

PDF = b"%PDF-1.7\n%example\n"
PNG = b"\x89PNG\r\n\x1a\nexample"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF example"


async def attach(who, fellow, kind, content=PDF, subject_kind="fellow"):
    """Attach a file to something; return the answer."""
    query = f"kind={kind}&subject_kind={subject_kind}&subject_id={fellow}"
    return await who.send("POST", f"/v1/documents?{query}", content=content)
