"""`python -m talent_registration`."""

from .cli import main

raise SystemExit(main())
