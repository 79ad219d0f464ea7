"""Reading a page as a browser would, without one: elements with their attributes and texts."""

import json
import re
from html.parser import HTMLParser
from typing import Any


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.inside) and data.strip():
            self.texts.append(" ".join(data.split()))


def elements(html: str) -> list[tuple[str, dict[str, str]]]:
    """Start tags with their attributes, in order."""
    parser = _Elements()
    parser.feed(html)
    return parser.found


def texts(html: str) -> list[str]:
    """What a reader sees, outside pictures."""
    parser = _Elements()
    parser.feed(html)
    return parser.texts


def section_ids(html: str) -> list[str]:
    return [attributes["id"] for tag, attributes in elements(html) if tag == "section"]


def data(html: str) -> Any:
    """What the page's script draws."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)
    assert found
    return json.loads(found[1])
