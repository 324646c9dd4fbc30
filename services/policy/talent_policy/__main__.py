"""`python -m talent_policy`."""

import sys

from .cli import main

sys.exit(main())
