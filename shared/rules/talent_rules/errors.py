"""What can be wrong with a rule, a fact, a region or a day; every error carries a stable code."""


class RuleError(Exception):
    """A rule text that cannot be used, with the place where it goes wrong.

    `line` and `column` count from 1. The codes are listed in the README.
    """

    def __init__(self, code: str, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"line {line}, column {column}: {message} ({code})")
        self.code = code
        self.message = message
        self.line = line
        self.column = column


class FactValueError(Exception):
    """A value that does not fit its fact; names the fact and never the value."""

    def __init__(self, name: str, code: str) -> None:
        super().__init__(f"{name}: {code}")
        self.name = name
        self.code = code


class RegionError(Exception):
    """Rows that make no tree, or a region that the tree does not know at that date."""

    def __init__(self, code: str, region: str) -> None:
        super().__init__(f"{region}: {code}")
        self.code = code
        self.region = region


class UnknownYear(Exception):  # noqa: N818 - says what it is
    """A year whose holiday notice is not loaded; working days in it are never guessed."""

    def __init__(self, year: int) -> None:
        super().__init__(f"no holiday notice for {year}")
        self.year = year


class NoAnswer(Exception):  # noqa: N818 - says what it is
    """Arguments for which a rule function has no answer; the expression becomes unknown."""
