"""The document as Markdown: the same facts as in JSON, in the same order."""

from __future__ import annotations

from collections.abc import Iterator

from skillspace.skills.dossier.dossier import Dossier


def markdown(told: Dossier) -> str:
    """Return the document as Markdown; the same document gives the same text."""
    return "\n".join(_lines(told)) + "\n"


def _lines(told: Dossier) -> Iterator[str]:
    yield f"# {told.title}: technical documentation and instructions for use"
    yield ""
    yield f"Provider: {told.provider}"
    for number, section in enumerate(told.sections, 1):
        yield from ("", f"## {number}. {section.title}", "", f"*{section.article}*")
        for paragraph in section.says:
            yield from ("", paragraph)
        if section.facts:
            yield from ("", "| what | value |", "|---|---|")
            yield from (f"| {_cell(name)} | {_cell(value)} |" for name, value in section.facts)


def _cell(said: str) -> str:
    return " ".join(said.replace("|", "\\|").split())
