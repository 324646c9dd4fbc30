"""The pack of Jiangsu's ten special actions: what it grants, what it leaves to the authority."""

from pathlib import Path

import talent_policy
from talent_kit.regions import regions
from talent_policy.packs.checking import check_pack
from talent_policy.packs.files import PackFolder

FOLDER = Path(talent_policy.__path__[0]).parent / "packs" / "jiangsu-ten"


def test_its_examples_hold_on_both_sides_of_each_edge():
    content = PackFolder(FOLDER).content()
    assert check_pack(content, regions()).measures.keys() == {"5.1", "5.1b", "5.2"}
    for group in content.examples:
        outcomes = {case.expect.outcome for case in group.cases}
        assert {"eligible", "ineligible"} <= outcomes, group.measure
