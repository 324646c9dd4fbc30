import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_migrations_stand_in_one_line_by_the_numbers_of_their_files():
    odd = []
    for folder in [*ROOT.glob("services/*/migrations"), *ROOT.glob("deploy/*/migrations")]:
        previous = None
        for path in sorted((folder / "versions").glob("*.py")):
            number, content = path.name.partition("_")[0], path.read_text()
            revision = re.search(r"^revision = (.+)$", content, re.MULTILINE)
            before = re.search(r"^down_revision = (.+)$", content, re.MULTILINE)
            if (revision and revision[1], before and before[1]) != (
                f'"{number}"',
                "None" if previous is None else f'"{previous}"',
            ):
                odd.append(str(path.relative_to(ROOT)))
            previous = number
    assert not odd, f"readiness takes the last file's number for the newest revision: {odd}"
