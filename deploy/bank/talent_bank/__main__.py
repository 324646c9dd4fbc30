"""`python -m talent_bank`."""

import sys

from .cli import main

sys.exit(main())
