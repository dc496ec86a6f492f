"""A concept of one scheme in another: official statements first, composed paths next, learned ones last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from skillspace.skills.taxonomy import Correspondence, MatchKind, Status, Taxonomies
from skillspace.skills.taxonomy.sources.crosswalks import TABLES
from skillspace.skills.translation.composing import compose
from skillspace.skills.translation.confidence import Confidence, measured
from skillspace.skills.translation.model import Mapping, Step, Translation, Way, step_of
from skillspace.skills.translation.naming import resolve
from skillspace.skills.translation.sources import Extra, made

Learned = Callable[[str, str], Sequence[tuple[str, MatchKind, float]]]
"""A port for what a model proposes: (concept, scheme) → (target, relation, calibrated score), best first."""
RELATIONS = list(MatchKind)
LIMIT = 50


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

    def _stated(self, uri: str) -> list[Correspondence]:
        return list(dict.fromkeys([*self.taxonomies.stated(uri), *self._extra.stated(uri)]))

    def _official(self, source: str, stated: Iterable[Correspondence], to: str) -> Iterator[Mapping]:
        """Give one mapping a target: authors who disagree about the relation leave the surest of their words."""
        scheme = self.taxonomies.scheme(source) or ""
        ours = sorted((one for one in stated if self.taxonomies.scheme(one.target) == to), key=lambda one: one.target)
        for target, words in groupby(ours, key=lambda one: one.target):
            rated = [(self._sure(one), one) for one in words]
            share, best = max(rated, key=lambda pair: (-RELATIONS.index(pair[1].relation), pair[0], pair[1].author))
            path = (step_of(best, scheme),)
            same = sum(one.relation is best.relation for _, one in rated)
            yield self._mapping(target, best.relation, share, Way.OFFICIAL, path, same)

    def _sure(self, one: Correspondence) -> float:
        own = self._extra.confidence(one)
        return self._confidence.of_official(one.author, one.relation) if own is None else own

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
                share = self._confidence.of_composed((one.relation, two.relation))
                mapping = self._mapping(two.target, relation, share, Way.COMPOSED, path, 1)
                found.setdefault((two.target, relation), []).append(mapping)
        yield from _surest(found)

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
        """Give what the program's own table says, else what a model does."""
        ours = made(self.taxonomies.scheme(source), to).stated(source)
        if ours or self._learned is None:
            return [self._ours(one, to) for one in ours]
        return [
            self._mapping(target, relation, score, Way.LEARNED, (), 1)
            for target, relation, score in self._learned(source, to)
        ]

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

    def _is_retired(self, uri: str) -> bool:
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
    for (target, relation), ways in found.items():
        top = max(ways, key=lambda one: (one.confidence, [step.target for step in one.path]))
        known = best.get(target)
        if known is None or RELATIONS.index(relation) < RELATIONS.index(known.relation):
            best[target] = Mapping(**{**vars(top), "paths": len(ways)})
    yield from best.values()


def _best_first(found: Iterable[Mapping]) -> list[Mapping]:
    ways = list(Way)
    return sorted(
        found,
        key=lambda one: (
            one.retired,
            ways.index(one.way),
            RELATIONS.index(one.relation),
            -one.confidence,
            -one.paths,
            one.target,
        ),
    )
