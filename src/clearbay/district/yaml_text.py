"""YAML as plain values, with the line of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

import yaml

from clearbay.district.model import Bilingual
from clearbay.district.problems import Problems
from clearbay.district.table import decode

Value: TypeAlias = "str | list[Node] | dict[str, Node]"
MAX_DEPTH = 20
"""Deeper nesting is no district's file, and composing it recurses."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line it stands on: text as it is written, a list, or keys with values."""

    value: Value
    line: int


@dataclass(frozen=True, slots=True)
class YamlReader:
    """Reads values of one file and notes what is wrong with its lines."""

    file: str
    problems: Problems

    def wrong(self, line: int, kind: str, /, **values: object) -> None:
        """Note a problem on a line."""
        self.problems.add(self.file, line, kind, **values)

    def read(self, content: bytes) -> Node | None:
        """Read the file; None when it is no YAML (the problem is noted) or empty."""
        text = decode(content, self.file, self.problems)
        if text is None:
            return None
        try:
            depth = 0
            for event in yaml.parse(text, Loader=yaml.SafeLoader):
                depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
                if depth > MAX_DEPTH:
                    self.wrong(1, "yaml", reason=f"nested deeper than {MAX_DEPTH}")
                    return None
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.wrong(mark.line + 1 if mark else 1, "yaml", reason=error.problem or error.context)
            return None
        except yaml.YAMLError as error:
            self.wrong(1, "yaml", reason=error)
            return None
        return None if root is None else self._node(root)

    def _node(self, node: yaml.Node) -> Node:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode):
            return Node([self._node(child) for child in node.value], line)
        if isinstance(node, yaml.MappingNode):
            found: dict[str, Node] = {}
            for key, child in node.value:
                name, at = str(key.value), key.start_mark.line + 1
                if name in found:
                    self.wrong(at, "doubled_key", name=name)
                value = self._node(child)
                found[name] = value if value.value else Node(value.value, at)
            return Node(found, line)
        text = str(node.value)
        return Node("" if node.tag.endswith(":null") else text, line)

    def table(self, node: Node | None, name: str, keys: Sequence[str] | None = None) -> Mapping[str, Node]:
        """Keys with values; keys that are not among `keys` are noted. Nothing where the node is none."""
        if node is None or node.value == "":
            return {}
        if not isinstance(node.value, dict):
            self.wrong(node.line, "not_a_table", name=name)
            return {}
        for key, child in node.value.items():
            if keys is not None and key not in keys:
                near = get_close_matches(key, keys, n=1)
                self.wrong(child.line, "unknown_key", name=key, near=near[0] if near else ", ".join(keys))
        return node.value

    def items(self, node: Node | None, name: str) -> list[Node]:
        """Items of a list; nothing where the node is none."""
        if node is None or node.value == "":
            return []
        if not isinstance(node.value, list):
            self.wrong(node.line, "not_a_list", name=name)
            return []
        return node.value

    def text(self, node: Node | None, default: str = "") -> str:
        """Text of a value, the default where there is none."""
        return node.value if node is not None and isinstance(node.value, str) and node.value else default

    def bilingual(self, node: Node | None, name: str, line: int) -> Bilingual:
        """A text in both languages: `{zh: …, en: …}`."""
        if node is None:
            self.wrong(line, "missing_key", name=name)
            return Bilingual("", "")
        given = self.table(node, name, ("zh", "en"))
        zh, en = self.text(given.get("zh")), self.text(given.get("en"))
        if isinstance(node.value, dict) and not (zh and en):
            self.wrong(node.line, "two_languages", name=name)
        return Bilingual(zh, en)
