"""Commands for taxonomies: add a pack, list what is loaded, show, search, compare editions, migrate data, export."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from skillspace.cli.taxonomy_editions import migrate, show_diff
from skillspace.cli.taxonomy_export import export
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.kernel.home import home_folder
from skillspace.skills.taxonomy import PACKS, Added, Concept, ConceptKind, Own, Status, Taxonomies, add_pack

app = typer.Typer(no_args_is_help=True, help="Taxonomies: ESCO, ROME, O*NET and more, crosswalks, and your own.")
app.command("diff")(show_diff)
app.command("migrate")(migrate)
app.command("export")(export)
out = Console()
note = Console(stderr=True)
SHOWN = 12  # skills, relations or names listed before "and more"
Language = Annotated[str, typer.Option("--lang", help="Language of labels, e.g. en, fr, sv.")]


def data_folder() -> Path | None:
    """Return the folder of published data (SKILLSPACE_DATA, else ``../shared/data``), or None where there is none."""
    folder = Path(os.environ.get("SKILLSPACE_DATA", "../shared/data"))
    return folder if folder.is_dir() else None


@app.command()
def add(
    packs: Annotated[
        list[str],
        typer.Argument(help=f"{', '.join(PACKS)}, or your own: a folder, a table, SKOS or a CASE package."),
    ],
    name: Annotated[str | None, typer.Option(help="What your own taxonomy is called: mine.")] = None,
    version: Annotated[str, typer.Option(help="Which edition of your own taxonomy this is.")] = "1",
    languages: Annotated[
        str, typer.Option(help="Languages of your own to read, e.g. sv,en; texts without one are in the first.")
    ] = "",
    kind: Annotated[ConceptKind, typer.Option(help="What your concepts are where it is not said.")] = ConceptKind.SKILL,
    licence: Annotated[str, typer.Option(help="On which terms your own taxonomy may be used.")] = "",
) -> None:
    """Compile packs so that every node of this machine can use them."""
    tags = tuple(tag.strip().lower() for tag in languages.split(",") if tag.strip())
    own = Own(name=name, version=version, languages=tags, kind=kind, licence=licence)
    mine = [pack for pack in packs if pack not in PACKS]
    if name and len(mine) != 1:
        raise BadInput(f"--name is for one taxonomy of your own, and here are {len(mine)}; add them one by one.")
    # crosswalks are checked against the packs they join, so they come after them whatever the order given
    for pack in sorted(packs, key=lambda name: PACKS.index(name) if name in PACKS else len(PACKS)):
        _tell(_add_with_bar(pack, own))


def _add_with_bar(name: str, own: Own) -> Added:
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=note, transient=True) as bars:
        bar = bars.add_task(name, total=1.0)

        def report(step: str, done: float) -> None:
            bars.update(bar, description=f"{name}: {step}", completed=done)

        return add_pack(name, home_folder(), data_folder(), report, own)


def _tell(added: Added) -> None:
    pack = added.pack
    out.print(
        f"Added {pack.scheme} {pack.version}: {pack.concepts:,} concepts, {pack.relations:,} relations, "
        f"{len(pack.languages)} languages.",
        highlight=False,
    )
    for rows, count in sorted(added.unknown.items()):
        fate = "kept" if rows.endswith(": retired concepts") else "left out"
        out.print(f"  {fate}, {rows}: {count:,} rows", style="yellow", highlight=False)
    out.print(f"  {pack.statement}", style="dim", highlight=False)


@app.command("list")
def list_packs() -> None:
    """List the packs in use, and the other editions that are kept."""
    taxonomies = _open()
    packs = taxonomies.schemes
    if not packs:
        out.print("No taxonomy yet: skillspace taxonomy add esco (or starter, which needs no data).")
        return
    table = Table("scheme", "version", "concepts", "relations", "languages", "licence")
    for pack in packs:
        counts = f"{pack.concepts:,}", f"{pack.relations:,}", " ".join(pack.languages)
        table.add_row(pack.scheme, pack.version, *counts, pack.licence)
    out.print(table)
    used = {(pack.scheme, pack.version) for pack in packs}
    kept = [one for one in taxonomies.editions if (one.info.scheme, one.info.version) not in used]
    if kept:
        names = ", ".join(sorted(f"{one.name}{' (partial)' if one.is_partial else ''}" for one in kept))
        out.print(f"Kept beside them: {names}.", highlight=False)
    for pack in packs:
        out.print(f"{pack.scheme}: {pack.statement}", style="dim", highlight=False)


@app.command()
def show(
    concept: Annotated[str, typer.Argument(help="A URI, or scheme:code such as esco:2512.4 or rome:M1805.")],
    lang: Language = "en",
) -> None:
    """Show one concept: names, groups, skills, matches elsewhere, moves."""
    taxonomies = _open()
    found = taxonomies.concept(concept)
    out.print(f"[bold]{escape(found.label(lang))}[/]  {found.kind.value}  {found.code or ''}", highlight=False)
    out.print(found.uri, style="dim", highlight=False)
    if found.description:
        out.print(found.description, markup=False, highlight=False)
    for heading, lines in _sections(taxonomies, found, lang):
        if lines:
            more = f"\n  and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
            out.print(f"\n[bold]{heading}[/]", highlight=False)
            out.print("\n".join(f"  {line}" for line in lines[:SHOWN]) + more, markup=False, highlight=False)


def _sections(taxonomies: Taxonomies, found: Concept, lang: str) -> list[tuple[str, list[str]]]:
    def label(uri: str) -> str:
        return taxonomies.label(uri, lang) if taxonomies.has(uri) else uri

    uri = found.uri
    is_current = taxonomies.status(uri) is Status.CURRENT
    follows = [f"{label(one.uri)}  {one.uri}  ({one.ground.value})" for one in taxonomies.current(uri)]
    others = {pack.scheme for pack in taxonomies.schemes} | {"onet"}
    matches = [one for scheme in sorted(others) for one in taxonomies.correspondences(uri, scheme)]
    return [
        ("Retired; instead", [] if is_current else follows or ["nothing that anybody states"]),
        ("Names", [f"{tag}: {text}" for tag, text in sorted(found.labels.items())]),
        (f"Other names ({lang})", list(found.alternatives.get(lang, ()))),
        ("Broader", [label(other) for other in taxonomies.broader(uri)]),
        ("Skills", [f"{label(link.uri)} ({link.need.value})" for link in taxonomies.skills_of(uri)]),
        ("Needed by", [f"{label(link.uri)} ({link.need.value})" for link in taxonomies.occupations_of(uri)]),
        ("Related", [label(other) for other in taxonomies.related(uri)]),
        ("Matches", [f"{one.relation.value}: {label(one.target)}  {one.target}  ({one.author})" for one in matches]),
        ("Moves", [f"{label(other)} ({origin})" for other, origin in taxonomies.mobility(uri)]),
    ]


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="A name, its beginning, or something like it.")],
    lang: Language = "en",
    scheme: Annotated[str, typer.Option(help="Search this scheme; “all” searches every one.")] = "esco",
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many hits at most.")] = 10,
) -> None:
    """Search concepts by name."""
    taxonomies = _open()
    hits = taxonomies.search(text, lang, scheme=None if scheme == "all" else scheme, limit=limit)
    if not hits:
        raise NotFound(f"No {scheme} concept is called anything like {text!r} in {lang!r}; try other words or --lang.")
    table = Table("score", "name", "preferred name", "kind", "uri")
    for hit in hits:
        preferred, kind = taxonomies.label(hit.uri, lang), taxonomies.kind(hit.uri).value
        table.add_row(f"{hit.score:.2f}", escape(hit.label), escape(preferred), kind, hit.uri)
    out.print(table)


@app.command()
def propose(
    scheme: Annotated[str, typer.Argument(help="Your own taxonomy, by its name.")],
    to: Annotated[str, typer.Option(help="The scheme to map it to.")] = "esco",
    limit: Annotated[int, typer.Option(min=1, max=20, help="Proposals for one concept at most.")] = 3,
) -> None:
    """Propose mappings of your own concepts, as JSON Lines to look at; a score is the chance that it is right."""
    from skillspace.skills.answering import Answers
    from skillspace.skills.taxonomy.proposals import propose as proposals

    answers = Answers(home_folder())
    taxonomies = answers.taxonomies
    for one in proposals(taxonomies, scheme, to, model=answers.learned, limit=limit):
        names = {"name": taxonomies.label(one.source, "en"), "target_name": taxonomies.label(one.target, "en")}
        sys.stdout.buffer.write(orjson.dumps({**asdict(one), **names}) + b"\n")


def _open() -> Taxonomies:
    return Taxonomies.open(home_folder())
