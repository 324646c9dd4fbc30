"""`python -m talent_identity`."""

from .cli import main

raise SystemExit(main())
