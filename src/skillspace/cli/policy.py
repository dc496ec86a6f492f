"""Commands for policies: find mistakes in them, tell what they say and decide, write them from rule templates."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table

from skillspace.kernel.clock import iso, now
from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.trust.policy import Decision, Facts, evaluate, sentence
from skillspace.trust.policy.describe import describe, told
from skillspace.trust.policy.lint import Finding, Severity, lint
from skillspace.trust.policy.reasons import languages
from skillspace.trust.policy.templates import compose, template, templates

app = typer.Typer(no_args_is_help=True, help="Policies (ODRL): check, explain, write.")
out = Console()
LARGEST = 4 * 1024 * 1024
_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
_SIGNS = {True: "yes", False: "no", None: "not known"}
PolicyFile = Annotated[Path, typer.Argument(help="A JSON file: a policy, or a data set or message that holds some.")]
Language = Annotated[str, typer.Option("--lang", help="Language of the answer: en, fr, sv.")]


@app.command("lint")
def lint_file(file: PolicyFile, lang: Language = "en") -> None:
    """Find rules nobody can meet and rules that give away more than meant; exit code 1 where something never works."""
    _known(lang)
    found = [(pointer, finding) for pointer, policy in _policies(_read(file)) for finding in lint(policy)]
    for pointer, finding in found:
        _tell(pointer, finding, lang)
    counts = [sum(finding.severity is severity for _, finding in found) for severity in Severity]
    out.print(f"{counts[0]} errors, {counts[1]} warnings, {counts[2]} notes.", highlight=False)
    if counts[0]:
        raise typer.Exit(1)


@app.command()
def explain(
    file: PolicyFile,
    facts: Annotated[Path | None, typer.Option(help="A JSON file with what is known: decide, and say why.")] = None,
    lang: Language = "en",
) -> None:
    """Say what a policy asks, and with --facts whether it allows the use; exit code 3 where it does not."""
    _known(lang)
    known = _facts(facts) if facts is not None else None
    refused = False
    for pointer, policy in _policies(_read(file)):
        if pointer:
            out.print(pointer, style="bold", markup=False, highlight=False)
        for line in describe(policy):
            out.print(f"  {told(line, lang)}", markup=False, highlight=False)
        if known is not None:
            decision = evaluate(policy, known)
            refused = refused or not decision.allowed
            _decided(decision, lang)
    if refused:
        raise typer.Exit(3)


@app.command("templates")
def list_templates() -> None:
    """List the rule templates of the education field with their parameters."""
    table = Table("rule", "group", "parameters", "says the same as")
    for one in templates():
        wanted = ", ".join(f"{name}: {kind}" for name, kind in one.parameters.items())
        like = ", ".join(one.like[:3]) + (f" and {len(one.like) - 3} more" if len(one.like) > 3 else "")
        table.add_row(one.id, one.group, wanted, like)
    out.print(table)


@app.command()
def write(
    rules: Annotated[
        list[str], typer.Argument(help='Rules such as "purpose purposes=recruitment,guidance" "count times=5".')
    ],
) -> None:
    """Write the rules of an offer from rule templates, as JSON."""
    out.print_json(json.dumps(compose(_chosen(rule) for rule in rules), ensure_ascii=False), highlight=False)


def _chosen(rule: str) -> tuple[str, dict[str, object]]:
    try:
        name, *given = shlex.split(rule)
    except ValueError as fault:
        raise BadInput(f"The rule {rule!r} cannot be read: {fault}.") from fault
    kinds = template(name).parameters
    values: dict[str, object] = {}
    for one in given:
        parameter, _, value = one.partition("=")
        values[parameter] = value.split(",") if kinds.get(parameter, "").startswith("words:") else value
    return name, values


def _tell(pointer: str, finding: Finding, lang: str) -> None:
    where = f"{pointer}{finding.pointer}" or "/"
    out.print(f"{finding.severity}: {where}", style=_STYLE[finding.severity], markup=False, highlight=False)
    out.print(f"  {sentence(finding.reason, lang)}", markup=False, highlight=False)
    out.print(f"  → {sentence(finding.mend, lang)}", markup=False, highlight=False, style="dim")


def _decided(decision: Decision, lang: str) -> None:
    out.print("allowed" if decision.allowed else "refused", style="bold green" if decision.allowed else "bold red")
    for reason in decision.reasons:
        out.print(f"  {sentence(reason, lang)}", markup=False, highlight=False)
    for reason in decision.owed:
        out.print(f"  + {sentence(reason, lang)}", markup=False, highlight=False)
    for ruling in decision.rulings:
        out.print(f"{ruling.pointer} {_SIGNS[ruling.holds]}", style="dim", markup=False, highlight=False)
        for verdict in ruling.verdicts:
            line = f"  {_SIGNS[verdict.holds]}: {sentence(verdict.reason, lang)}"
            out.print(line, style="dim", markup=False, highlight=False)


def _policies(document: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """The policies in a document, each with where it lies: the document itself where it holds no others."""
    inner = [name for name in ("catalog", "dataset", "hasPolicy", "offer", "agreement") if _holds(document, name)]
    for name in inner:
        value = document[name]
        for number, one in enumerate(value) if isinstance(value, list) else [(None, value)]:
            below = f"{pointer}/{name}" if number is None else f"{pointer}/{name}/{number}"
            yield from _policies(one, below)
    if not inner and (not pointer or not _is_bare(document)):
        yield pointer, document


def _holds(document: Any, name: str) -> bool:
    return isinstance(document, dict) and isinstance(document.get(name), dict | list)


def _is_bare(document: Any) -> bool:
    """A data set or catalog without policies is not a policy itself."""
    return isinstance(document, dict) and document.get("@type") in ("Dataset", "Catalog")


def _facts(file: Path) -> Facts:
    written = _read(file)
    if not isinstance(written, dict):
        raise BadInput(f"{file} must hold an object with facts, such as purpose and roles.")
    written.setdefault("at", iso(now()))
    try:
        return TypeAdapter(Facts).validate_json(json.dumps(written))
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"{file}: {where}: {first['msg']}. Known facts: {', '.join(Facts.__annotations__)}.") from fault


def _read(file: Path) -> Any:
    try:
        if file.stat().st_size > LARGEST:
            raise UnreadableFile(f"{file} is larger than {LARGEST // 1024 // 1024} MiB.")
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        raise UnreadableFile(f"{file} cannot be read as JSON: {str(fault)[:200]}") from fault


def _known(lang: str) -> None:
    if lang not in languages():
        raise BadInput(f"There are no sentences in {lang!r}; there are {', '.join(languages())}.")
