"""The talent code (人才码): numbers, signed codes, keys and pictures, without any I/O."""

from .errors import ErrorCode, TalentCodeError
from .keys import KeySet, SigningKey, VerifyingKey
from .numbers import format_number, new_number, number_digest, parse_number
from .payload import CLOCK_ERROR, DYNAMIC_LIFE, CodeClaims, Form, decode, encode
from .qr import qr_png, qr_svg

__all__ = [
    "CLOCK_ERROR",
    "DYNAMIC_LIFE",
    "CodeClaims",
    "ErrorCode",
    "Form",
    "KeySet",
    "SigningKey",
    "TalentCodeError",
    "VerifyingKey",
    "decode",
    "encode",
    "format_number",
    "new_number",
    "number_digest",
    "parse_number",
    "qr_png",
    "qr_svg",
]
