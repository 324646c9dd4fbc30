"""The sample as processes of its own."""

import sys

from .main import commands

if __name__ == "__main__":
    sys.exit(commands().main())
