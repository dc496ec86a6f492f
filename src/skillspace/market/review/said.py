"""What people said, in the order they said it: only ever added to, and read as corrections that ranking understands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC
from enum import StrEnum

import sqlalchemy as sa

from skillspace.kernel.ids import new_id
from skillspace.market.review.store import corrections
from skillspace.skills.corrections import Correction
from skillspace.skills.taxonomy import MatchKind
from skillspace.skills.taxonomy.folding import fold
from skillspace.storage.database import Work

STRANGER = "elsewhere-"


class Kind(StrEnum):
    """What was asked: what a text means, or what a concept of our own is in another taxonomy."""

    LINK = "link"
    MAPPING = "mapping"


def reviewer_of(account: str) -> str:
    """Return the pseudonym of who reviews: the same for one account, and no way back from it to the account."""
    return f"reviewer-{hashlib.blake2b(account.encode(), digest_size=6, person=b'review').hexdigest()}"


def stranger_of(who: str) -> str:
    """Return the pseudonym under which a reviewer of another node is kept: it is never that of one of ours."""
    if who.startswith(STRANGER):
        return who
    return f"{STRANGER}{hashlib.blake2b(who.encode(), digest_size=6, person=b'stranger').hexdigest()}"


def take_in(work: Work, found: Iterable[Correction]) -> int:
    """Keep what people of another node said of links, once; return how many words were new."""
    known = {_same(one) for _, one in said(work, kind=Kind.LINK)}
    new = 0
    for each in found:
        one = replace(each, who=stranger_of(each.who))
        if _same(one) not in known:
            known.add(_same(one))
            say(work, one, kind=Kind.LINK, about=question_id(one.text, one.language, one.scheme))
            new += 1
    return new


def _same(one: Correction) -> tuple[object, ...]:
    return one.text, one.language, one.scheme, one.concept, one.is_right, one.who, one.when


def question_id(text: str, language: str, scheme: str) -> str:
    """Return the name of a question: the same words in the same language are the same question for ever."""
    return f"q-{hashlib.blake2b(f'{scheme}:{language}:{fold(text)}'.encode(), digest_size=12).hexdigest()}"


def say(work: Work, one: Correction, *, kind: Kind, about: str) -> None:
    """Write a correction beside all earlier ones; ``about`` is the question, or the concept of our own."""
    row = {
        "id": new_id("correction"),
        "at": one.when,
        "who": one.who,
        "kind": kind.value,
        "about": about,
        "text": one.text,
        "language": one.language,
        "scheme": one.scheme,
        "concept": one.concept,
        "relation": one.relation.value,
        "says": "yes" if one.is_right else "no",
        "score": one.score,
        "version": one.version,
        "origin": one.origin,
    }
    work.insert(corrections, row)


def said(work: Work, *, kind: Kind | None = None, about: str | None = None) -> Iterator[tuple[str, Correction]]:
    """Give (about, correction) of everything that was said, first one first."""
    query = sa.select(corrections).order_by(corrections.c.number)
    query = query.where(corrections.c.kind == kind.value) if kind else query
    query = query.where(corrections.c.about == about) if about is not None else query
    for row in work.connection.execute(query).mappings():
        yield (
            row["about"],
            Correction(
                text=row["text"],
                language=row["language"],
                scheme=row["scheme"],
                concept=row["concept"],
                is_right=row["says"] == "yes",
                who=row["who"],
                when=row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=UTC),
                relation=MatchKind(row["relation"]),
                version=row["version"],
                score=row["score"],
                origin=row["origin"],
            ),
        )


def count(work: Work) -> int:
    """Return how many words were said: whoever keeps something made from them knows by it whether it is old."""
    return int(work.connection.execute(sa.select(sa.func.max(corrections.c.number))).scalar() or 0)
