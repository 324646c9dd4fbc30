import shutil

import pytest
from talent_policy.packs.compiling import PackInvalid
from talent_policy.packs.files import PackFolder

from ..world import PACK


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(PACK, tmp_path / "pack")


def _findings(folder):
    read = PackFolder(folder)
    with pytest.raises(PackInvalid) as caught:
        read.content()
    return [(read.place(found.path), found.field, found.code) for found in caught.value.findings]


def _number(folder, file):
    """Return which of its folder's files it is, as a path names it."""
    return sorted((folder / file.parent.name).iterdir()).index(file)


def _edit(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_an_unknown_key_is_told_with_file_and_line(folder):
    _edit(folder / "settings.yaml", "AGE_DAY:\n", "AGE_DAY:\n  colour: red\n")
    lines = (folder / "settings.yaml").read_text().splitlines()
    line = lines.index("  colour: red") + 1
    assert _findings(folder) == [
        (f"settings.yaml:{line}", "settings.AGE_DAY.colour", "extra-forbidden")
    ]


def test_a_missing_english_text_is_told_where_it_should_stand(folder):
    file = folder / "measures" / "2-2.yaml"
    _edit(file, "  en: Settling-in grant for a graduate\n", "")
    [(place, field, code)] = _findings(folder)
    assert (field, code) == (f"measures.{_number(folder, file)}.title.en", "missing")
    line = file.read_text().splitlines().index("title:") + 1
    assert place == f"measures/2-2.yaml:{line}"


def test_a_key_that_stands_twice(folder):
    _edit(folder / "pack.yaml", "region:", 'region: "350100"\nregion:')
    assert [found[1:] for found in _findings(folder)] == [("pack.region", "given-twice")]


def test_broken_yaml_is_told_with_its_line(folder):
    file = folder / "examples" / "2-1.yaml"
    file.write_text("measure: [\n")
    [(place, field, code)] = _findings(folder)
    assert place.startswith("examples/2-1.yaml:")
    assert (field, code) == (f"examples.{_number(folder, file)}", "yaml")


def test_a_missing_and_an_empty_file(folder):
    (folder / "settings.yaml").unlink()
    (folder / "pack.yaml").write_text("")
    assert [found[1:] for found in _findings(folder)] == [("pack", "yaml"), ("settings", "missing")]


def test_the_size_of_a_file(folder):
    file = folder / "pack.yaml"
    spare = 1_000_000 - file.stat().st_size
    text = file.read_text()
    file.write_text(text + "#" * (spare - 1) + "\n")
    PackFolder(folder).content()
    file.write_text(text + "#" * spare + "\n")
    assert [found[1:] for found in _findings(folder)] == [("pack", "yaml")]
