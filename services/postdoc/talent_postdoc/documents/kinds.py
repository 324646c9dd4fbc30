"""What kinds of documents there are."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml
from talent_kit.texts import Bilingual


@cache
def kinds() -> Mapping[str, Bilingual]:
    """Return the kinds of documents by name, each with what it is called."""
    text = files("talent_postdoc.documents").joinpath("kinds.yaml").read_text("utf-8")
    return {name: Bilingual(**row) for name, row in yaml.safe_load(text).items()}
