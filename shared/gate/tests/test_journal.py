"""A device's memory: what was appended is there, what was torn is not."""

import pytest
from talent_gate.journal import Journal


@pytest.mark.parametrize("torn", ["", '{"n": 3', '{"n": 3}\n{"n"', "\ufffd\n"])
def test_what_a_crash_has_torn_is_left_out(tmp_path, torn):
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    for n in (1, 2):
        journal.append({"n": n})
    journal.close()
    with path.open("a", encoding="utf-8") as file:
        file.write(torn)
    again = Journal(path)
    whole = [1, 2, 3] if torn.startswith('{"n": 3}') else [1, 2]
    assert [line["n"] for line in again.lines] == whole
    again.append({"n": 4})
    again.close()
    assert [line["n"] for line in Journal(path).lines] == [*whole, 4]


def test_rewritten_it_holds_the_others(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append({"n": 1})
    journal.rewrite([{"n": 2}])
    journal.append({"n": 3})
    journal.close()
    assert [line["n"] for line in Journal(tmp_path / "journal.jsonl").lines] == [2, 3]
