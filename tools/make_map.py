"""Writes docs/map.md: every room of the house with its opening sentence, wing by wing, from the code itself."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "src" / "skillspace"
WINGS = (
    "cli", "node", "portal", "engines", "insight", "market", "people", "exchange", "trust", "records", "skills", "wire",
    "storage", "kernel",
)  # fmt: skip
INTRODUCTION = """\
# The map

Every room, top floor first. Imports look down only: `cli → node → portal | engines → insight → market → people →
exchange → trust → records → skills → wire → storage → kernel`; `make lint` holds that. What a room needs from above
reaches it as an event or as a callable it is given. Written by `python tools/make_map.py` from the opening sentence of
each room.
"""


def rooms(wing: Path) -> list[tuple[str, str]]:
    """Return (name, opening sentence) of each room of a wing: folders with code in them, and single files."""
    found = []
    for path in sorted(wing.iterdir()):
        file = path / "__init__.py" if path.is_dir() else path
        if file.suffix == ".py" and file.exists() and path.name not in ("__init__.py", "__main__.py"):
            found.append((path.stem + ("/" if path.is_dir() else ""), opening(file)))
    return found


def opening(file: Path) -> str:
    """Return the first paragraph of a module's docstring, on one line."""
    text = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def written() -> str:
    """Return the whole map."""
    parts = [INTRODUCTION]
    for name in WINGS:
        wing = HOUSE / name
        lines = [f"## {name}", f"*{opening(wing / '__init__.py')}*", "", "| room | what |", "|---|---|"]
        lines += [f"| `{room}` | {sentence.replace('|', '/')} |" for room, sentence in rooms(wing)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    (ROOT / "docs" / "map.md").write_text(written(), "utf-8")
