"""A concept of one scheme in another: official statements first, composed paths next, learned ones last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from math import prod
from typing import Protocol

from skillspace.skills.taxonomy import SKILL_KINDS, Correspondence, MatchKind, Status, Taxonomies
from skillspace.skills.taxonomy.sources.crosswalks import TABLES
from skillspace.skills.translation.composing import compose
from skillspace.skills.translation.confidence import Confidence, measured
from skillspace.skills.translation.model import Mapping, Step, Translation, Way, step_of
from skillspace.skills.translation.naming import resolve
from skillspace.skills.translation.sources import Extra, made

HUB = "esco"
LIMIT = 50
STATEMENTS_KEPT, FACTS_KEPT = 1 << 13, 1 << 15
# broader and narrower are equally close; were one put first, an answer would differ from its inverse
CLOSENESS = {MatchKind.EXACT: 0, MatchKind.CLOSE: 1, MatchKind.BROAD: 2, MatchKind.NARROW: 2, MatchKind.RELATED: 3}


class Learned(Protocol):
    """A port for what a model proposes; ``version`` names the model, and is told with every mapping of it."""

    version: str

    def __call__(self, concept: str, to: str) -> Sequence[tuple[str, MatchKind, float]]:
        """Return (target, relation, calibrated score) for a concept in the scheme ``to``, best first."""
        ...


class Translator:
    """Translations between any two loaded schemes; read-only, and safe to share between threads.

    ``extra`` are statements beside the packs' own, such as an SSSOM file a person checked. ``learned`` is asked only
    where no statement answers and no path does.
    """

    def __init__(
        self,
        taxonomies: Taxonomies,
        *,
        extra: Extra | None = None,
        learned: Learned | None = None,
        confidence: Confidence | None = None,
    ) -> None:
        self.taxonomies = taxonomies
        self._extra = extra or Extra()
        self._learned = learned
        self._confidence = confidence or measured()
        self._has_crosswalks = any(pack.scheme == "crosswalks" for pack in taxonomies.schemes)
        self._packs = {pack.scheme: pack.version for pack in taxonomies.schemes if pack.concepts}
        # what is read of a concept is read again for every concept that shares a neighbour with it
        self._stated = lru_cache(maxsize=STATEMENTS_KEPT)(self._read_stated)
        self._is_skill = lru_cache(maxsize=FACTS_KEPT)(self._read_is_skill)
        self._is_retired = lru_cache(maxsize=FACTS_KEPT)(self._read_is_retired)

    def translate(self, concept: str, to: str, *, frm: str | None = None, limit: int = LIMIT) -> Translation:
        """Return what ``concept`` is in the scheme ``to``, at most ``limit`` mappings, best first.

        ``concept`` is a URI or ``scheme:code``, or a bare code of the scheme ``frm``. Nothing is an answer: a concept
        nobody mapped, or that no table and no pack knows, has no mappings and a note with the reason. Best is: official
        before composed before learned; then the closer relation; then the surer one; then the one more paths lead to.
        """
        source = resolve(self.taxonomies, concept, frm)
        stated = self._stated(source)
        if not stated and not self.taxonomies.has(source):
            return self._none(source, to, f"no loaded taxonomy or table knows {concept!r}")
        if self.taxonomies.scheme(source) == to:
            return self._none(source, to, f"{concept!r} is a concept of {to} already")
        official = list(self._official(source, stated, to))
        reached = {mapping.target for mapping in official}
        found = official + [one for one in self._composed(stated, to) if one.target not in reached]
        found = found or list(self._climbed(source, to)) or self._proposed(source, to)
        if not found:
            return self._none(source, to, self._why_none(source, stated, to))
        return Translation(source=source, to=to, mappings=tuple(_best_first(found)[:limit]))

    def schemes(self) -> set[str]:
        """Return every scheme that can be translated from or into: loaded ones, and those that only tables name."""
        tables = {table.scheme for table in TABLES} if self._has_crosswalks else set()
        return {*self._packs, *tables, *self._extra.schemes(self.taxonomies)}

    def _read_stated(self, uri: str) -> tuple[Correspondence, ...]:
        return tuple(dict.fromkeys([*self.taxonomies.stated(uri), *self._extra.stated(uri)]))

    def _official(self, source: str, stated: Iterable[Correspondence], to: str) -> Iterator[Mapping]:
        """Give one mapping a target: authors who disagree about the relation leave the surest of their words."""
        scheme = self.taxonomies.scheme(source) or ""
        ours = sorted((one for one in stated if self.taxonomies.scheme(one.target) == to), key=lambda one: one.target)
        for target, words in groupby(ours, key=lambda one: one.target):
            rated = [(self._sure(one), one) for one in words]
            share, best = max(
                rated, key=lambda pair: (-CLOSENESS[pair[1].relation], pair[0], pair[1].author, _tie(pair[1]))
            )
            path = (step_of(best, scheme),)
            same = sum(one.relation is best.relation for _, one in rated)
            yield self._mapping(target, best.relation, share, Way.OFFICIAL, path, same)

    def _sure(self, one: Correspondence) -> float:
        own = self._extra.confidence(one)
        if own is not None:
            return own
        if any(self._is_skill(uri) for uri in (one.source, one.target)):
            return self._confidence.of_skills(self._from_hub(one))
        return self._confidence.of_official(one.author, self._from_hub(one))

    def _read_is_skill(self, uri: str) -> bool:
        return self.taxonomies.has(uri) and self.taxonomies.kind(uri) in SKILL_KINDS

    def _from_hub(self, one: Correspondence) -> MatchKind:
        """Return the relation as it is read from ESCO, the hub of the tables; both directions are one statement."""
        from_hub, into_hub = (self.taxonomies.scheme(uri) == HUB for uri in (one.source, one.target))
        turned = into_hub if into_hub != from_hub else one.source > one.target
        return one.relation.inverse if turned else one.relation

    def _composed(self, stated: Iterable[Correspondence], to: str) -> Iterator[Mapping]:
        """Give what two statements say together, through one concept of a scheme in between."""
        found: dict[tuple[str, MatchKind], list[Mapping]] = {}
        for one in stated:
            middle = self.taxonomies.scheme(one.target) or ""
            if middle == to:
                continue
            for two in self._stated(one.target):
                relation = compose(one.relation, two.relation)
                if relation is None or self.taxonomies.scheme(two.target) != to or two.target == one.source:
                    continue
                out = self.taxonomies.scheme(one.source) or ""
                path = (step_of(one, out), step_of(two, middle))
                share = self._share((one, two))
                mapping = self._mapping(two.target, relation, share, Way.COMPOSED, path, 1)
                found.setdefault((two.target, relation), []).append(mapping)
        yield from _surest(found)

    def _share(self, steps: tuple[Correspondence, Correspondence]) -> float:
        """Return how sure two statements in a row are; what was counted is of occupations."""
        sure = [self._sure(one) for one in steps]
        if any(self._is_skill(uri) for uri in (steps[0].source, steps[0].target, steps[1].target)):
            return prod(sure)
        return self._confidence.of_composed([one.relation for one in steps], sure)

    def _climbed(self, source: str, to: str) -> Iterator[Mapping]:
        """Give what is said of the concepts right above one that nothing is said of: broader, or a neighbour."""
        found: dict[tuple[str, MatchKind], list[Mapping]] = {}
        scheme = self.taxonomies.scheme(source) or ""
        for above in self._above(source):
            edition = self._packs.get(scheme, "")
            up = Step(
                source=source,
                target=above,
                relation=MatchKind.BROAD,
                author=f"{scheme} {edition}".strip(),
                source_version=edition,
                target_version=edition,
            )
            for one in self._official(above, self._stated(above), to):
                relation = compose(MatchKind.BROAD, one.relation)
                if relation is not None:
                    share = self._confidence.of_climbed(one.relation)
                    mapping = self._mapping(one.target, relation, share, Way.COMPOSED, (up, *one.path), 1)
                    found.setdefault((one.target, relation), []).append(mapping)
        yield from _surest(found)

    def _above(self, source: str) -> list[str]:
        if not self.taxonomies.has(source):
            return []
        itself = self.taxonomies.concept(source).uri  # an appellation stands below the métier it is found as
        return [itself] if itself != source else self.taxonomies.broader(source)

    def _proposed(self, source: str, to: str) -> list[Mapping]:
        """Give what the program's own table says; where it has no table of the concept's sort, what a model does."""
        table = made(self.taxonomies.scheme(source), to)
        if ours := table.stated(source):
            return [self._ours(one, to) for one in ours]
        if self._learned is None or (
            table and self._is_skill(source)
        ):  # what that table leaves out, a model said no to already
            return []
        return [
            self._mapping(target, relation, score, Way.LEARNED, (self._learned_step(source, target, relation),), 1)
            for target, relation, score in self._learned(source, to)
        ]

    def _learned_step(self, source: str, target: str, relation: MatchKind) -> Step:
        frm, to = (self.taxonomies.scheme(uri) or "" for uri in (source, target))
        return Step(
            source=source,
            target=target,
            relation=relation,
            author=self._learned.version if self._learned else "",
            source_version=f"{frm} {self._packs.get(frm, '')}".strip(),
            target_version=f"{to} {self._packs.get(to, '')}".strip(),
        )

    def _ours(self, one: Correspondence, to: str) -> Mapping:
        scheme = self.taxonomies.scheme(one.source)
        share = made(scheme, to).confidence(one) or 0.0
        return self._mapping(one.target, one.relation, share, Way.LEARNED, (step_of(one, scheme or ""),), 1)

    def _mapping(
        self, target: str, relation: MatchKind, share: float, way: Way, path: tuple[Step, ...], paths: int
    ) -> Mapping:
        retired = self._is_retired(target)
        return Mapping(
            target=target,
            relation=relation,
            confidence=round(share, 3),
            way=way,
            path=path,
            paths=paths,
            retired=retired,
            replaced_by=self._replacements(target) if retired else (),
        )

    def _read_is_retired(self, uri: str) -> bool:
        """Tell whether a scheme that is loaded has retired a concept, or does not have it (any more) at all."""
        edition = self._packs.get(self.taxonomies.scheme(uri) or "")
        status = self.taxonomies.status(uri)
        # a selection such as 1.1.1-starter lacks most concepts without having retired them
        return status is Status.RETIRED or (status is Status.UNKNOWN and edition is not None and "-" not in edition)

    def _replacements(self, uri: str) -> tuple[str, ...]:
        if self.taxonomies.status(uri) is Status.UNKNOWN:  # its edition is not on the shelf
            return ()
        return tuple(one.uri for one in self.taxonomies.current(uri))

    def _none(self, source: str, to: str, note: str) -> Translation:
        return Translation(source=source, to=to, mappings=(), note=note)

    def _why_none(self, source: str, stated: Sequence[Correspondence], to: str) -> str:
        if not stated:
            return f"no table says anything of {source}"
        others = sorted({self.taxonomies.scheme(one.target) or "?" for one in stated})
        return f"tables map {source} to {', '.join(others)} only, and nothing leads on from there to {to}"


def _surest(found: dict[tuple[str, MatchKind], list[Mapping]]) -> Iterator[Mapping]:
    """Give one mapping a target: the closest relation any path gives, by its surest path, counting them."""
    best: dict[str, Mapping] = {}
    for (target, _), ways in found.items():
        top = max(ways, key=lambda one: (one.confidence, [step.target for step in one.path]))
        one = Mapping(**{**vars(top), "paths": len(ways)})
        best[target] = max(best.get(target, one), one, key=_closest)
    yield from best.values()


def _closest(one: Mapping) -> tuple[float, ...]:
    return -CLOSENESS[one.relation], one.confidence, one.paths, _turn(one.path[0].source, one.target, one.relation)


def _tie(one: Correspondence) -> int:
    return _turn(one.source, one.target, one.relation)


def _turn(source: str, target: str, relation: MatchKind) -> int:
    """Return what decides between broader and narrower when nothing else does: the same from either end."""
    return list(MatchKind).index(relation if source < target else relation.inverse)


def _best_first(found: Iterable[Mapping]) -> list[Mapping]:
    ways = list(Way)
    return sorted(
        found,
        key=lambda one: (
            one.retired,
            ways.index(one.way),
            CLOSENESS[one.relation],
            -one.confidence,
            -one.paths,
            one.target,
        ),
    )
