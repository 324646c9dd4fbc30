"""Real pictures with what cameras write into them, and bytes that are none."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from talent_kit.blobs import JPEG, PNG, WEBP
from talent_kit.blobs.metadata import BrokenPictureError, stripped

SECRET = b"N26.64 E118.18 taken by somebody"
TYPES = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}


def exif(orientation: int = 1) -> bytes:
    """Where, by whom and how to be turned."""
    made = Image.Exif()
    made[0x0112], made[0x013B] = orientation, SECRET.decode()
    made.get_ifd(0x8825)[1] = "N"
    return bytes(made.tobytes())


def picture(type_: str, orientation: int = 1, **more: object) -> bytes:
    """A picture of several colours, so that a change would be seen."""
    image = Image.effect_noise((48, 32), 90).convert("RGB")
    out = BytesIO()
    extra = {"comment": SECRET} if type_ == JPEG else {}
    if type_ == WEBP:
        extra |= {"xmp": SECRET}
    image.save(out, TYPES[type_], exif=exif(orientation), icc_profile=b"profile", **extra, **more)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("more", [{}, {"progressive": True}, {"lossless": True}])
def test_what_is_written_in_goes_and_what_is_shown_stays(type_, more):
    before = picture(type_, **more)
    assert SECRET in before
    after = stripped(type_, before)
    assert SECRET not in after
    assert len(after) < len(before)
    seen = opened(after)
    assert seen.tobytes() == opened(before).tobytes()
    assert dict(seen.getexif()) == {}
    assert seen.info["icc_profile"] == b"profile"
    assert stripped(type_, after) == after


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_jpeg_keeps_how_it_is_to_be_turned_and_no_more(orientation):
    after = stripped(JPEG, picture(JPEG, orientation))
    assert dict(opened(after).getexif()) == {0x0112: orientation}
    assert SECRET not in after
    assert stripped(JPEG, after) == after


def test_words_in_a_png_go():
    words = PngInfo()
    words.add_text("Author", SECRET.decode())
    words.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    before = picture(PNG, pnginfo=words)
    assert SECRET not in stripped(PNG, before)


@pytest.mark.parametrize("type_", TYPES)
def test_what_stands_behind_the_end_goes(type_):
    whole = stripped(type_, picture(type_))
    assert stripped(type_, whole + SECRET) == whole


@pytest.mark.parametrize("type_", TYPES)
def test_what_is_cut_off_is_no_picture(type_):
    whole = picture(type_)
    for length in (12, 20, len(whole) // 2, len(whole) - 1):
        with pytest.raises(BrokenPictureError):
            stripped(type_, whole[:length])


@given(content=st.binary(max_size=200), type_=st.sampled_from(sorted(TYPES)))
def test_any_bytes_are_a_picture_or_none(content, type_):
    head = {PNG: b"\x89PNG\r\n\x1a\n", JPEG: b"\xff\xd8\xff", WEBP: b"RIFF\x40\0\0\0WEBP"}[type_]
    try:
        after = stripped(type_, head + content)
    except BrokenPictureError:
        return
    assert stripped(type_, after) == after
