"""The loss report of a translation as a table people can read."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skillspace.skills.translation.loss import Fate, LossReport, Tally

SAID = {
    Fate.HOME: "comes home",
    Fate.BROADER: "comes home as something broader",
    Fate.OTHER: "comes home as something else",
    Fate.LOST_OUT: "has no mapping",
    Fate.LOST_BACK: "finds no way back",
}


def tell_loss(report: LossReport, out: Console) -> None:
    """Print what became of the concepts of each kind, with examples."""
    editions = ", ".join(f"{scheme} {version}" for scheme, version in report.versions.items())
    out.print(f"[bold]{report.frm} → {report.to} → {report.frm}[/]  ({editions})", highlight=False)
    if not report.kinds:
        out.print("Nothing at all is mapped between the two.")
    table = Table("kind", "concepts", *SAID.values(), "home by some mapping")
    for kind, tally in report.kinds.items():
        total = tally.fates.total()
        shares = [_share(tally.fates[fate], total) for fate in SAID]
        table.add_row(kind.value, f"{total:,}", *shares, _share(tally.could, total))
    if report.kinds:
        out.print(table)
    for kind, tally in report.kinds.items():
        _tell_examples(kind.value, tally, out)


def _share(count: int, total: int) -> str:
    return f"{count / total:.1%} ({count:,})"


def _tell_examples(kind: str, tally: Tally, out: Console) -> None:
    ways = ", ".join(f"{count:,} {way}" for way, count in tally.ways.most_common())
    relations = ", ".join(f"{count:,} {relation}" for relation, count in tally.relations.most_common())
    out.print(f"\n[bold]{kind}[/]: best mappings are {ways}; {relations}", highlight=False)
    for fate, found in tally.examples.items():
        for one in found[:2]:
            journey = " → ".join(filter(None, (f"{one.concept} {one.label}", one.became, one.came_back_as)))
            out.print(f"  {SAID[fate]}: {escape(journey)}", highlight=False)
