"""`python -m talent_postdoc`."""

from .cli import main

raise SystemExit(main())
