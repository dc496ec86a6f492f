"""What a screen reader is given of a page: the browser's tree of roles, names and descriptions, and the document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import CDPSession, Page

#: Roles somebody fills in, and all somebody can act on; `DisclosureTriangle` is the summary of a details.
FIELDS = frozenset(
    ("textbox", "searchbox", "combobox", "listbox", "checkbox", "radio", "switch", "spinbutton", "slider", "Date")
)
ACTS = FIELDS | {"link", "button", "DisclosureTriangle", "menuitem", "tab"}
#: Everything opens, and a page that looks again does not.
OPEN = """() => {
  document.querySelectorAll("details").forEach(it => { it.open = true });
  for (let timer = setTimeout(() => {}); timer > 0; timer -= 1) clearTimeout(timer);
}"""
_ELEMENT = 1


@dataclass
class Element:
    """An element of the document."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def all(self) -> Iterator[Element]:
        """This one and all below it, in the order they stand."""
        yield self
        for child in self.children:
            yield from child.all()

    def above(self) -> Iterator[Element]:
        """This one and all around it, the nearest first."""
        it: Element | None = self
        while it is not None:
            yield it
            it = it.parent

    def within(self, tag: str) -> Element | None:
        """The nearest element of this tag it stands in."""
        return next((it for it in self.above() if it.tag == tag), None)

    def text(self) -> str:
        """All text in it."""
        return " ".join(" ".join(text for it in self.all() for text in it.texts).split())

    @property
    def classes(self) -> list[str]:
        """The words of its class."""
        return self.attributes.get("class", "").split()


@dataclass
class Spoken:
    """A node as a screen reader gets it; `text` is its name with the spaces at both ends."""

    role: str
    name: str
    description: str
    more: dict[str, Any]
    element: Element | None
    text: str = ""
    parent: Spoken | None = None
    children: list[Spoken] = field(default_factory=list)

    def above(self) -> Iterator[Spoken]:
        """All around it, the nearest first."""
        it = self.parent
        while it is not None:
            yield it
            it = it.parent

    def below(self) -> Iterator[Spoken]:
        """All in it, in the order they are read."""
        for child in self.children:
            yield child
            yield from child.below()

    def __str__(self) -> str:
        return f"{self.role} “{self.name[:70]}”"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A page as it is read: what is spoken in order, and the document it comes from."""

    title: str
    language: str
    spoken: tuple[Spoken, ...]
    root: Element

    def of(self, *roles: str) -> list[Spoken]:
        """The nodes of these roles, in the order they are read."""
        return [node for node in self.spoken if node.role in roles]


def read_page(page: Page, session: CDPSession) -> Reading:
    """Read an open page with everything on it that can be opened, open."""
    page.evaluate(OPEN)
    session.send("DOM.enable")
    elements: dict[int, Element] = {}
    root = _document(session.send("DOM.getDocument", {"depth": -1})["root"], None, elements)
    html = next(it for it in root.all() if it.tag == "html")
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return Reading(
        title=page.title(),
        language=html.attributes.get("lang", ""),
        spoken=tuple(_speak(nodes, elements)),
        root=html,
    )


def _document(node: dict[str, Any], parent: Element | None, found: dict[int, Element]) -> Element:
    flat = node.get("attributes", [])
    made = Element(node.get("localName", ""), dict(zip(flat[::2], flat[1::2], strict=True)), parent)
    found[node["backendNodeId"]] = made
    for child in node.get("children", []):
        if child["nodeType"] == _ELEMENT:
            made.children.append(_document(child, made, found))
        elif child.get("nodeValue"):
            made.texts.append(child["nodeValue"])
    return made


def _speak(nodes: list[dict[str, Any]], elements: dict[int, Element]) -> Iterator[Spoken]:
    """The nodes in reading order; what is ignored is passed through to what it holds."""
    by_id = {node["nodeId"]: node for node in nodes}
    pending: list[tuple[str, Spoken | None]] = [(nodes[0]["nodeId"], None)]
    while pending:
        key, parent = pending.pop()
        node = by_id.get(key)
        if node is None:
            continue
        here = parent
        if not node.get("ignored"):
            here = Spoken(
                role=_value(node, "role"),
                name=" ".join(_value(node, "name").split()),
                description=" ".join(_value(node, "description").split()),
                more={one["name"]: one["value"].get("value") for one in node.get("properties", [])},
                element=elements.get(node.get("backendDOMNodeId", 0)),
                text=_value(node, "name"),
                parent=parent,
            )
            if parent is not None:
                parent.children.append(here)
            yield here
        pending += [(child, here) for child in reversed(node.get("childIds", []))]


def _value(node: dict[str, Any], key: str) -> str:
    return str(node.get(key, {}).get("value", ""))
