"""The plan of the demo, read from its data files: nodes with their ports, staff and offerings, and the people."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillspace.node.settings import Settings

FIRST_PORT = 7100
#: Told what is being done and how far it is, 0 to 1.
Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True)
class DemoNode:
    """One organisation of the demo."""

    id: str
    name: str
    port: int
    roles: tuple[str, ...]
    staff: tuple[dict[str, Any], ...]
    offerings: tuple[dict[str, Any], ...]
    record: dict[str, Any]
    #: Whether it sells matching to the orchestrator.
    sells_matching: bool
    #: Whether people may ask it to validate a skill.
    validates: bool

    @property
    def address(self) -> str:
        """Where the node is reached, on this machine only; by name, since passkeys know no bare IP address."""
        return f"http://localhost:{self.port}"


@dataclass(frozen=True, kw_only=True)
class DemoSpace:
    """The whole demo in one folder."""

    folder: Path
    data_space: str
    nodes: tuple[DemoNode, ...]
    people: tuple[dict[str, Any], ...]
    employer_vacancies: tuple[dict[str, Any], ...]

    @property
    def orchestrator(self) -> DemoNode:
        """The authority and intermediary, whose portal people use."""
        return self.nodes[0]

    @property
    def settled(self) -> tuple[dict[str, Any], ...]:
        """The people who have used their space for a while when the demo begins."""
        return tuple(person for person in self.people if "decision" in person)

    def node(self, id: str) -> DemoNode:
        """Return a node by its id."""
        return next(node for node in self.nodes if node.id == id)

    @property
    def taxonomies(self) -> Path:
        """Where the compiled packs lie."""
        return self.folder / "taxonomies"

    @property
    def built_mark(self) -> Path:
        """The file that says the demo was built to the end."""
        return self.folder / "built.json"

    @property
    def codes_file(self) -> Path:
        """Where link codes wait between building and connecting; gone once the people are connected."""
        return self.folder / "codes.json"

    def node_folder(self, node: DemoNode) -> Path:
        """Return a node's own folder."""
        return self.folder / "nodes" / node.id

    def settings(self, node: DemoNode) -> Settings:
        """Return a built node's settings."""
        from skillspace.node.settings import read_settings  # noqa: PLC0415 - a second start does not read them here

        return read_settings(self.node_folder(node))


def read_space(folder: Path, first_port: int = FIRST_PORT) -> DemoSpace:
    """Read the demo's plan for `folder`; ports count up from `first_port`."""
    here = files("skillspace.node.demo")
    plan = json.loads(here.joinpath("space.json").read_text(encoding="utf-8"))
    records = json.loads(here.joinpath("records.json").read_text(encoding="utf-8"))
    people = json.loads(here.joinpath("people.json").read_text(encoding="utf-8"))
    nodes = tuple(
        DemoNode(
            id=node["id"],
            name=node["name"],
            port=first_port + number,
            roles=tuple(node["roles"]),
            staff=tuple(node["staff"]),
            offerings=tuple(plan["offerings"].get(node["id"], [])),
            record=records[node["id"]],
            sells_matching=node.get("sells_matching", False),
            validates=node.get("validates", False),
        )
        for number, node in enumerate(plan["nodes"])
    )
    return DemoSpace(
        folder=folder,
        data_space=plan["data_space"],
        nodes=nodes,
        people=tuple(people["people"]),
        employer_vacancies=tuple(plan["employer_vacancies"]),
    )
