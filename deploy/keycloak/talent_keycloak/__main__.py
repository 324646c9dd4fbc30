"""`python -m talent_keycloak`: bring Keycloak to the realm, or tell where it differs."""

import argparse
import sys
from collections.abc import Sequence

from keycloak import KeycloakError
from pydantic import ValidationError
from pydantic_settings import SettingsError

from .apply import apply, connect
from .desired import SecretMissing, load
from .settings import KeycloakSettings

_FAILED = 1
_UNUSABLE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 0, 1 where `check` finds differences or Keycloak refuses, 2 else."""
    parser = argparse.ArgumentParser(prog="python -m talent_keycloak", description=__doc__)
    parser.add_argument("command", choices=["apply", "check"])
    writes = parser.parse_args(arguments).command == "apply"
    try:
        settings = KeycloakSettings()
        changes = apply(load(settings), settings, connect(settings), write=writes)
    except ValidationError as error:
        names = sorted({f"KEYCLOAK_{found['loc'][0]}".upper() for found in error.errors()})
        return _refuse(f"settings are not valid: {', '.join(names)}", _UNUSABLE)
    except (SecretMissing, SettingsError) as error:
        return _refuse(str(error), _UNUSABLE)
    except KeycloakError as error:
        # Not its text: that repeats what was sent.
        return _refuse(f"{type(error).__name__}, status {error.response_code}", _FAILED)
    for change in changes:
        print(change)
    if not changes:
        print("nothing to change")
    return _FAILED if changes and not writes else 0


def _refuse(reason: str, code: int) -> int:
    print(f"the realm cannot be applied: {reason}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
