"""What the code says of a field, readers of OpenAPI are told too."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
import talent_postdoc

FOLDER = Path(talent_postdoc.__file__).parent
FILES = sorted([*FOLDER.glob("*/schemas.py"), *FOLDER.glob("*/requests.py")])


def said(tree):
    """Return class and field of each docstring below a field."""
    for model in (each for each in tree.body if isinstance(each, ast.ClassDef)):
        for field, after in zip(model.body, model.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(after, ast.Expr):
                yield model.name, field.target.id


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_a_field_s_docstring_is_its_description(file):
    module = import_module(f"talent_postdoc.{file.parent.name}.{file.stem}")
    silent = [
        f"{model}.{field}"
        for model, field in said(ast.parse(file.read_text("utf-8")))
        if not getattr(module, model).model_fields[field].description
    ]
    assert not silent, "derive from talent_kit.described.Described, or say it in the config"


def test_there_are_such_docstrings():
    assert sum(1 for file in FILES for _ in said(ast.parse(file.read_text("utf-8")))) > 40
