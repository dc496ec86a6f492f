"""Writes docs/formats.md: which formats of records are read and written, and what each leaves behind, from the code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from skillspace.records.formats import FORMATS, KINDS, Format, ManyFormat, WritingFormat, read_all
from skillspace.records.formats.loss import unwritten
from skillspace.records.formats.suite import FULL, NOON, no_keys
from skillspace.records.model import ProofStatus, Record

PAGE = Path(__file__).parents[1] / "docs" / "formats.md"
#: Recognised so that whoever brings one learns what it is; there is no record in it.
NO_RECORD = {"case"}
UNSIGNED = ProofStatus.UNSIGNED
INTRODUCTION = """\
# Formats of records

What people and organisations bring is found out by its bytes alone: no name, no ending, no media type is believed, and
no address in a document is followed. Written by `python tools/make_formats.py` from the code itself.

```
skillspace convert cv.pdf --to json_resume --out cv.json
skillspace convert diploma.jwt --issuer did.json --to elm --loss loss.json
skillspace convert course.xml --to elm --as micro_credential
skillspace convert badge.json --to openbadges --picture badge.png --out baked.png
skillspace convert grades.csv --mapping mapping.toml --to elmo --record 2
skillspace import-records documents/ --out records.jsonl
skillspace import-records records.rejects.jsonl --out records.jsonl
```

`convert` tells on standard error what could not travel: what the document says and a record has no room for, and what
the other format has no room for. `import-records` reads a folder or an archive by several workers; a document that
cannot be read stops no other and stands with its reason in the rejects file, which may be run again once it is mended.
A run that was broken off goes on where it was. A signed record is read where its issuer's DID document is given
(`--issuer`).

## What is read and written
"""
LOSSES = """
## What each leaves behind

Computed, not listed by hand: a record with something in every place is written, read again, and compared with itself.
A signature never travels, for it is over other bytes: what is written is unsigned, and whoever issues it signs it anew.
How well a skill is proven falls to “told” wherever nothing is signed. An empty cell: it came back as it was.
"""
RULES = """
## What holds written credentials to their standards

Rules stand as data beside the formats, in words of our own (`records/formats/credentials/shapes`), and tests hold what
is written to them:

- `elm.ttl` (SHACL): European Digital Credentials, the application profile of the European Learning Model v3. Classes,
  how often, types of values, lists of terms (EDC-generic-no-cv and EDC-generic-full 1.1.0). Every European credential.
- `micro_credential.ttl` (SHACL): the elements that Annex I of the Council Recommendation of 16 June 2022 asks every
  micro-credential to hold. Whatever says that it is one.
- `transcript.ttl` (SHACL): courses with grades or credit points. Whatever says that it is one.
- `diploma_supplement.ttl` (SHACL): holder, level, form of study, and every part with its grade and credit points.
  Whatever says that it is one.
- `openbadges.json` (JSON Schema): Open Badges 3.0 and CLR 2.0. What must be there, of which form, from which list; an
  address where one is asked for, and a learner who is named. Every badge and learner's record.

The two credentials that the Union itself publishes sealed keep to `elm.ttl`; as they were before they break it at the
two places that sealing fills, the day of issue and the official number of the issuer. Of 98 European credentials
written from real samples of all formats none breaks it, and of 93 badges and 93 learner's records none breaks
`openbadges.json`. The samples of DC4EU are of a profile of their own: held to the Union's, the fifteen that can be read
break it at 12 to 19 places each.

A graph that is empty conforms to every shape, and JSON-LD leaves out without a word what it cannot name. So the tests
count besides: a floor on the triples, worked out from the record and not from what was written. That rules bite is
shown on documents that break them one by one. Anybody can hold a document to the same shapes (the library fetches the
contexts):

```
pyshacl --shacl elm.ttl --data-file-format json-ld credential.jsonld
```

A European credential names the profile of what sort of record it is (`--as` says another) only where the record holds
all that the profile asks; else it is written as a general one, and the loss report names the kind as lost and what the
record lacks for it. Nothing is signed as what it is not: whoever signs one gets the same words as a refusal. Two things
the European profile asks for are in no record, and what stands in for them says so: the official number of an issuer
(its own identifier, called "identifier of the issuer", until who seals the credential puts its number there), and a
country that is not told (the list's own term for what is not settled). A badge of a record that names nobody is of
"whoever the record is about" (an identifier of the sort `ext:record`). The picture that the profile asks for is a plain
page with the title, the name, the issuer and the day. The Union's own profile of diploma supplements asks for evidence
of an accreditation besides, which no record holds: ours does not claim it.
"""
ADDING = """
## Adding a format

One file with `FORMAT`, `TITLE`, `NEEDS_SIGNATURE` (without a signature anybody could have written the document),
`recognises(document)` and `read(document, envelope)`; `read_all` where a document may hold several records,
`write_record(record)` where it can be written, `lacks(record)` where its standard asks more of some kinds of record.
A document is what the file was opened to: parsed JSON, an XML element (`formats.files.xml`), a `Table` of CSV, an
`Archive` of a ZIP; out of a picture or a PDF, what it carries. The envelope knows how it came: `name_of` gives the
record its identifier, `speaker_of` says who says so. This is a whole one:

```python
import json
from dataclasses import replace

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.formats.edge import asserted
from skillspace.records.model import Record, RecordKind

FORMAT = "recipe"
TITLE = "Recipe of a cook"
NEEDS_SIGNATURE = True


def recognises(document):
    return isinstance(document, dict) and isinstance(document.get("recipe"), str)


def read(document, envelope):
    cook = document.get("cook")
    if not isinstance(cook, str):
        raise UnreadableFile("This recipe cannot be read: it does not say who the cook is.")
    record = Record(
        id=envelope.name_of(None),
        kind=RecordKind.PROFILE,
        title=document["recipe"],
        issuer=envelope.speaker_of(cook),
        issuer_name=cook,
        proof=envelope.proof,
        media_type=envelope.media_type,
        format=FORMAT,
    )
    return replace(record, assertions=(asserted(record, document["recipe"]),))


def write_record(record):
    if not record.assertions:
        raise BadInput("A recipe is of a dish, and this record names none.")
    return json.dumps({{"recipe": record.assertions[0].label, "cook": record.issuer_name}}).encode()
```

One of ours is found in the folder of its kind under `records/formats`, and has a sample among those of the tests. One
of another package enters by `formats=` of `read_all`, or for the commands as an entry point of the group
`skillspace.formats`:

```toml
[project.entry-points."skillspace.formats"]
recipe = "recipes.format"
```

The tests that all of ours pass are shipped: `skillspace.records.formats.suite.check(your_format, a_document)`, such as
`check(recipes.format, b'{{"recipe": "Rye bread", "cook": "Elin"}}')`, raises `AssertionError` with the promise that is
broken. A format recognises its own documents alone, reads them the same way twice, loses nothing more on a second
journey, and answers whatever is hostile with a plain refusal.

## A table of one's own

CSV of any columns is read with a mapping, TOML or JSON, that says where each thing stands and what all rows have in
common:

```toml
kind = "school_record"
[columns]
subject = "Person"
skill = "Kurs"
level = "Betyg"
[always]
level_scheme = "A to F"
language = "sv"
```

A mapping may name {columns}.

## Bounds

A document is at most {document:,} bytes, an archive {archive:,}; an archive may hold {members:,} files and grow to
{total:,} bytes or {ratio} times its size. XML with a document type is refused, as are more than {elements:,} elements.
A table has at most {rows:,} rows. What a spreadsheet would run as a formula is written with an apostrophe before it.
"""


def written() -> str:
    """Return the page."""
    rows = []
    for kind, formats in KINDS.items():
        rows += ["", f"### {kind}", "", "| format | what it is | read | written |", "|---|---|---|---|"]
        rows += [f"| `{each.FORMAT}` | {each.TITLE} | {_read(each)} | {_written(each)} |" for each in formats]
    return "\n".join([INTRODUCTION.rstrip(), *rows, LOSSES.rstrip(), "", *_losses(), RULES.rstrip(), _adding()])


def _read(each: Format) -> str:
    if each.FORMAT in NO_RECORD:
        return "recognised"
    return "yes, several records a document" if isinstance(each, ManyFormat) else "yes"


def _written(each: Format) -> str:
    return "yes" if isinstance(each, WritingFormat) else "–"


def _losses() -> list[str]:
    """A row for each kind of thing; in its cells what of it is lost, or all of it."""
    writers = [each for each in FORMATS if isinstance(each, WritingFormat)]
    full, lost = _members(FULL, None), {each.FORMAT: _members(FULL, each) for each in writers}
    head = ["what", *(f"`{each.FORMAT}`" for each in writers)]
    rows = [
        [about, *(_cell(lost[each.FORMAT].get(about, []), members) for each in writers)]
        for about, members in full.items()
    ]
    return [_row(head), _row(["---"] * len(head)), *map(_row, rows)]


def _members(record: Record, through: WritingFormat | None) -> dict[str, list[str]]:
    """What is lost of each kind of thing on the way through a format; with none, all there is."""
    if through is None:
        again = replace(record, person=None, languages=(), entries=(), assertions=(), occupations=(), proof=UNSIGNED)
        again = replace(again, issued=None, valid_until=None, subject=None, id="", title="", issuer="", issuer_name="")
    else:
        (again,) = read_all(through.write_record(record), resolve_key=no_keys, at=NOON, hint=through.FORMAT)
    found: dict[str, list[str]] = {}
    for loss in unwritten(record, again):
        found.setdefault(loss.about, []).append(loss.member)
    return found


def _cell(lost: list[str], members: list[str]) -> str:
    return "all" if len(lost) > 1 and set(lost) >= set(members) else ", ".join(lost)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _adding() -> str:
    from skillspace.records.formats.files import archive, opening, tables, xml  # noqa: PLC0415 - bounds alone
    from skillspace.records.formats.tables import mapped_table  # noqa: PLC0415 - bounds alone

    columns = ", ".join(f"`{name}`" for name in mapped_table.COLUMNS)
    return ADDING.replace("{columns}", columns).format_map(
        {
            "document": opening.MAX_BYTES,
            "archive": opening.MAX_ARCHIVE_BYTES,
            "members": archive.MAX_MEMBERS,
            "total": archive.MAX_TOTAL,
            "ratio": archive.MAX_RATIO,
            "elements": xml.MAX_ELEMENTS,
            "rows": tables.MAX_ROWS,
        }
    )


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
