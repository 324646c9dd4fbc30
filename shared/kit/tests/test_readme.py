"""The README is how one reads the kit: it leaves no module out, and names none that is gone."""

import re
from pathlib import Path

KIT = Path(__file__).parents[1]


def test_every_module_stands_in_the_readme():
    cells = re.findall(r"^\| (`.*?) \|", (KIT / "README.md").read_text("utf-8"), re.MULTILINE)
    named = set(re.findall(r"`(\w+)[^`]*`", " ".join(cells)))
    named |= {"testing", "embedded_postgres"}  # a paragraph of their own
    package = KIT / "talent_kit"
    there = {path.stem for path in package.glob("*.py")} - {"__init__"}
    there |= {path.parent.name for path in package.glob("*/__init__.py")}
    assert there - named == set(), "say in one line what it is"
    assert named - there == {"schema"}, "it is gone; only the frozen SQL is no module"
