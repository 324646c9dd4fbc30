"""Why a code, a number or a key was refused."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """The stable names of refusals; a verifier in another language answers with the same ones."""

    TOO_LONG = "too-long"
    UNSUPPORTED_VERSION = "unsupported-version"
    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown-key"
    BAD_SIGNATURE = "bad-signature"
    UNSUPPORTED_FORM = "unsupported-form"
    WRONG_ISSUER = "wrong-issuer"
    KEY_NOT_VALID = "key-not-valid"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    NUMBER_MALFORMED = "number-malformed"
    NUMBER_MISTYPED = "number-mistyped"
    MALFORMED_KEYS = "malformed-keys"


class TalentCodeError(ValueError):
    """A refusal; its text is its code alone and never repeats what was read."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code.value)
        self.code = code
