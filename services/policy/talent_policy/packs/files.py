"""A pack's folder of YAML: read strictly, with the file and line of every part."""

from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

import yaml
from pydantic import ValidationError

from .compiling import Finding, PackInvalid, Path
from .content import PackContent

_LARGEST = 1_000_000
"""Bytes of one file."""


class _Loader(yaml.CSafeLoader):
    """YAML without dates (the schema reads them) and without keys that stand twice."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class PackFolder:
    """A pack as it stands in a folder: raw content, and where each part of it stands.

    `pack.yaml` and `settings.yaml`; a file per measure in `measures`, one example set per file in
    `examples`.
    """

    def __init__(self, folder: FilePath) -> None:
        self._folder = folder
        self._lines: dict[Path, tuple[str, int]] = {}
        self._findings: list[Finding] = []
        self.raw: dict[str, Any] = {
            "pack": self._read("pack.yaml", ("pack",)),
            "settings": self._read("settings.yaml", ("settings",)),
            "measures": self._read_all("measures"),
            "examples": self._read_all("examples"),
        }

    def content(self) -> PackContent:
        """Return the pack; raises PackInvalid for files that are no YAML or not of the schema."""
        if self._findings:
            raise PackInvalid(self._findings)
        try:
            return PackContent.model_validate(self.raw)
        except ValidationError as error:
            raise PackInvalid(schema_findings(error)) from None

    def place(self, path: Path) -> str:
        """Return `file:line` of a part, or of the nearest part around it."""
        for length in range(len(path), 0, -1):
            if (found := self._lines.get(path[:length])) is not None:
                return f"{found[0]}:{found[1]}"
        return self._folder.name

    def _read_all(self, name: str) -> list[Any]:
        files = sorted((self._folder / name).glob("*.yaml"))
        return [
            self._read(f"{name}/{file.name}", (name, index)) for index, file in enumerate(files)
        ]

    def _read(self, name: str, path: Path) -> Any:
        self._lines[path] = (name, 1)
        try:
            loader = _Loader(self._text(self._folder / name))
            try:
                node = loader.get_single_node()
                if node is None:
                    raise yaml.YAMLError("the file is empty")
                self._remember(name, node, path)
                return loader.construct_document(node)
            finally:
                loader.dispose()
        except (OSError, UnicodeDecodeError):
            self._findings.append(Finding(path, "missing", "cannot read the file"))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            self._lines[path] = (name, mark.line + 1 if mark else 1)
            problem = getattr(error, "problem", None) or str(error)
            self._findings.append(Finding(path, "yaml", problem))
        return None

    @staticmethod
    def _text(file: FilePath) -> str:
        if file.stat().st_size > _LARGEST:
            raise yaml.YAMLError("the file is too large")
        return file.read_text("utf-8")

    def _remember(self, name: str, node: yaml.Node, path: Path) -> None:
        self._lines.setdefault(path, (name, node.start_mark.line + 1))
        for key, child, line in _children(node):
            if (*path, key) in self._lines:
                self._findings.append(Finding((*path, key), "given-twice", f"{key} stands twice"))
            self._lines[*path, key] = (name, line)
            self._remember(name, child, (*path, key))


def _children(node: yaml.Node) -> Iterator[tuple[str | int, yaml.Node, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), value, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield index, value, value.start_mark.line + 1


def schema_findings(error: ValidationError) -> list[Finding]:
    """Return what does not fit the schema, without the values given."""
    return [
        Finding(tuple(found["loc"]), found["type"].replace("_", "-"), found["msg"])
        for found in error.errors(include_input=False, include_url=False)[:100]
    ]
