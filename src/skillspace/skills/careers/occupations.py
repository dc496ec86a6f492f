"""All occupations of a taxonomy as numbers: what they need, stand in, mean, are for and pay; nothing of any person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillspace.kernel.errors import UnknownConcept, UnreadableFile
from skillspace.skills.careers.interests import Ground, InterestsOf, inferred, shares_of
from skillspace.skills.careers.interests import fit as fit_of
from skillspace.skills.careers.model import Signal
from skillspace.skills.careers.official import OfficialTable, read_tables
from skillspace.skills.careers.pay import Known, pay_of, pay_said
from skillspace.skills.encoder import Encoder
from skillspace.skills.taxonomy import Correspondence, MatchKind, Need, Taxonomies
from skillspace.skills.taxonomy.taxonomies import CARRIES_A_MOVE

OPTIONAL = 0.4  # what an optional need weighs beside an essential one, as in matching
DESCRIBED = 600  # characters of a description that are read
BLOCK = 256  # occupations compared with all others at once: bounds the memory, not the answer
HIGHEST = 4
#: ISCO-08's skill level of each major group (ILO, ISCO-08 volume 1, table 1); armed forces have three of them
LEVELS = {"1": 4, "2": 4, "3": 3, "4": 2, "5": 2, "6": 2, "7": 2, "8": 2, "9": 1, "0": 2}
ISCO = "http://data.europa.eu/esco/isco/C"
Values = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Occupations:
    """Occupations as rows. ``needs`` (n, c) weighs skills and the groups above them, each row adding up to 1;
    ``groups`` (n, g) marks the groups of the classification above it; ``meaning`` (n, w) is None without an encoder.

    ``level`` (n,) is the ISCO-08 skill level from 1 to 4, 4 where the taxonomy has no ISCO groups.
    ``column_of`` numbers skills and their groups. ``interests`` is None where neither a source nor a neighbour tells.
    """

    uris: tuple[str, ...]
    column_of: Mapping[str, int]
    needs: csr_array
    groups: csr_array
    level: Values
    meaning: Values | None
    interests: tuple[InterestsOf | None, ...]
    tables: Mapping[str, OfficialTable]
    pay: tuple[Known, ...]

    @classmethod
    def read(cls, uris: Sequence[str], taxonomies: Taxonomies) -> Occupations:
        """Read everything the packs say of these occupations, each of which needs at least one skill."""
        statements = [_carrying(uri, taxonomies) for uri in uris]
        above: dict[str, frozenset[str]] = {}
        column_of, needs = _needs(uris, taxonomies, above)
        groups = _groups(uris, taxonomies, above)
        known = [_stated_interests(uri, said, taxonomies) for uri, said in zip(uris, statements, strict=True)]
        paid = cache(partial(pay_said, taxonomies=taxonomies))
        return cls(
            uris=tuple(uris),
            column_of=column_of,
            needs=needs,
            groups=groups,
            level=np.array([_level(above[uri]) for uri in uris], np.float32),
            meaning=_meaning(uris, taxonomies),
            interests=_all_interests(known, needs),
            tables=read_tables(uris, statements, taxonomies),
            pay=tuple(
                pay_of(uri, (one.target for one in said), paid, taxonomies)
                for uri, said in zip(uris, statements, strict=True)
            ),
        )

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Where each occupation stands."""
        return {uri: row for row, uri in enumerate(self.uris)}

    @cached_property
    def shares(self) -> Values:
        """The interests of all as shares (n, 6), zeros where nothing is known."""
        return np.array([one.shares if one else (0.0,) * 6 for one in self.interests], np.float32).reshape(-1, 6)

    def row(self, uri: str) -> int:
        """Return the row of an occupation. Raises UnknownConcept."""
        if uri not in self.row_of:
            raise UnknownConcept(f"{uri!r} is no occupation with known needs here; look it up by name first.")
        return self.row_of[uri]

    def held(self, skills: Iterable[str], taxonomies: Taxonomies) -> Values:
        """Return which skills and groups someone holds with these skills, as ones (c,); unknown ones bring nothing."""
        vector = np.zeros(self.needs.shape[1], np.float32)
        above: dict[str, frozenset[str]] = {}
        for uri in skills:
            if taxonomies.has(uri):
                columns = (self.column_of.get(one) for one in (uri, *_above(uri, taxonomies, above)))
                vector[[column for column in columns if column is not None]] = 1
        return vector

    def held_by(self, rows: Iterable[int]) -> Values:
        """Return what somebody holds who has everything these occupations need, as ones (c,)."""
        vector = np.zeros(self.needs.shape[1], np.float32)
        for row in rows:
            vector[self.needs.indices[self.needs.indptr[row] : self.needs.indptr[row + 1]]] = 1
        return vector

    def asking_for(self, column: int) -> Values:
        """Return what a skill or group weighs among the needs of each occupation (n,)."""
        return np.asarray(self._needed_by[[column]].toarray()[0], np.float32)

    @cached_property
    def _needed_by(self) -> csr_array:
        return csr_array(self.needs.T)

    def covered(self, held: Values) -> Values:
        """Return the share of each occupation's needs that is held (n,); more skills never lower it."""
        return np.asarray(self.needs @ held, np.float32)

    def from_occupation(self, row: int) -> dict[Signal, Values]:
        """Return how near all others are to one occupation, as each signal but SKILLS says that knows both (n,)."""
        return {name: block[0] for name, block in self._beside_needs(slice(row, row + 1)).items()}

    def between(self, rows: slice) -> dict[Signal, Values]:
        """Return the signals from some occupations to all (m, n), for somebody with all that the first one needs."""
        return {Signal.SKILLS: self._shared_needs(rows)} | self._beside_needs(rows)

    def _beside_needs(self, rows: slice) -> dict[Signal, Values]:
        found = {Signal.FIELD: self._shared_groups(rows)}
        if self.meaning is not None:
            found[Signal.MEANING] = np.maximum(self.meaning[rows] @ self.meaning.T, 0)
        if self.shares.any():
            found[Signal.INTERESTS] = np.array([fit_of(one, self.shares) for one in self.shares[rows]], np.float32)
        return found

    def blocks(self) -> Iterator[tuple[slice, dict[Signal, Values]]]:
        """Give `between` for all occupations, a block at a time."""
        for first in range(0, len(self.uris), BLOCK):
            rows = slice(first, min(first + BLOCK, len(self.uris)))
            yield rows, self.between(rows)

    def _shared_needs(self, rows: slice) -> Values:
        held = self.needs[rows].toarray() > 0
        return np.asarray((self.needs @ held.T.astype(np.float32)).T, np.float32)

    def _shared_groups(self, rows: slice) -> Values:
        depth = np.diff(self.groups.indptr)
        shared = (self.groups @ self.groups[rows].toarray().T).T
        return np.asarray(shared / np.maximum(np.maximum(depth[rows][:, None], depth[None, :]), 1), np.float32)


def _carrying(uri: str, taxonomies: Taxonomies) -> list[Correspondence]:
    """Return the published matches in loaded taxonomies that keep the job recognisable, the strongest first."""
    loaded = {pack.scheme for pack in taxonomies.schemes if pack.concepts}
    said = (one for one in taxonomies.stated(uri) if one.relation in CARRIES_A_MOVE)
    return [one for one in said if taxonomies.scheme(one.target) in loaded and taxonomies.has(one.target)]


class _Numbering(dict[str, int]):
    """Numbers whatever it is asked for, in the order it comes."""

    def __missing__(self, name: str) -> int:
        self[name] = len(self)
        return self[name]


def _above(uri: str, taxonomies: Taxonomies, known: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return every concept above one; ``known`` keeps what was asked before, and a circle ends."""
    if uri not in known:
        known[uri] = frozenset()
        parents = taxonomies.broader(uri)
        known[uri] = frozenset(parents).union(*(_above(parent, taxonomies, known) for parent in parents))
    return known[uri]


def _needs(
    uris: Sequence[str], taxonomies: Taxonomies, above: dict[str, frozenset[str]]
) -> tuple[dict[str, int], csr_array]:
    """Weigh needs and the groups above them: more needs in a group count by their logarithm, common ones little."""
    needs = [
        {link.uri: 1.0 if link.need is Need.ESSENTIAL else OPTIONAL for link in taxonomies.skills_of(uri)}
        for uri in uris
    ]
    skill_of, column_of = _Numbering(), _Numbering()
    stated = _rows([{skill_of[skill]: weight for skill, weight in row.items()} for row in needs], skill_of)
    spread = [{column_of[one]: 1.0 for one in (skill, *sorted(_above(skill, taxonomies, above)))} for skill in skill_of]
    matrix = csr_array(stated @ _rows(spread, column_of))
    asked_by = np.bincount(matrix.indices, minlength=len(column_of))
    matrix.data = np.log1p(matrix.data) * np.log((len(uris) + 1) / np.maximum(asked_by, 1))[matrix.indices]
    sums_of = np.asarray(matrix.sum(axis=1)).ravel()
    matrix.data /= np.repeat(np.maximum(sums_of, 1e-9), np.diff(matrix.indptr))
    return column_of, matrix.astype(np.float32)


def _groups(uris: Sequence[str], taxonomies: Taxonomies, above: dict[str, frozenset[str]]) -> csr_array:
    column_of = _Numbering()
    marked = [{column_of[one]: 1.0 for one in sorted(_above(uri, taxonomies, above))} for uri in uris]
    return _rows(marked, column_of).astype(np.float32)


def _level(groups: Iterable[str]) -> int:
    majors = {one.removeprefix(ISCO)[0] for one in groups if one.startswith(ISCO)}
    return max((LEVELS.get(major, HIGHEST) for major in majors), default=HIGHEST)


def _rows(entries: Sequence[Mapping[int, float]], numbering: Mapping[str, int]) -> csr_array:
    starts = np.cumsum([0, *map(len, entries)])
    indices = np.array([column for row in entries for column in row], np.int32)
    values = np.array([value for row in entries for value in row.values()], np.float64)
    return csr_array((values, indices, starts), shape=(len(entries), len(numbering)))


def _meaning(uris: Sequence[str], taxonomies: Taxonomies) -> Values | None:
    try:
        encoder = Encoder.open()
    except UnreadableFile:  # without weights occupations are compared by everything else
        return None
    return encoder.encode([f"{taxonomies.label(uri, 'en')}. {taxonomies.description(uri)[:DESCRIBED]}" for uri in uris])


def _stated_interests(uri: str, statements: Iterable[Correspondence], taxonomies: Taxonomies) -> InterestsOf | None:
    """Return what the occupation's own taxonomy says, else the strongest matches that do."""
    by_ground: dict[Ground, list[str]] = {Ground.STATED: [uri], Ground.CARRIED: []}
    for one in statements:
        is_same = one.relation in (MatchKind.EXACT, MatchKind.CLOSE)
        by_ground[Ground.STATED if is_same else Ground.CARRIED].append(one.target)
    for ground, concepts in by_ground.items():
        said = {one: letters for one in concepts if (letters := taxonomies.facts(one).get("riasec"))}
        if said:
            mean = np.mean([shares_of(letters) for letters in said.values()], axis=0).round(4).tolist()
            return InterestsOf(shares=tuple(mean), ground=ground, via=tuple(said))
    return None


def _all_interests(known: Sequence[InterestsOf | None], needs: csr_array) -> tuple[InterestsOf | None, ...]:
    """Fill in what nobody states from the occupations whose needs are most alike."""
    is_known = np.array([one is not None for one in known])
    unknown = np.flatnonzero(~is_known)
    if not is_known.any() or not len(unknown):
        return tuple(known)
    shares = np.array([one.shares if one else (0.0,) * 6 for one in known], np.float32)
    held = (needs[unknown].toarray() > 0).astype(np.float32)
    means = inferred(shares, is_known, np.asarray((needs @ held.T).T, np.float32))
    filled = list(known)
    for row, mean in zip(unknown.tolist(), means.round(4).tolist(), strict=True):
        filled[row] = InterestsOf(shares=tuple(mean), ground=Ground.INFERRED) if any(mean) else None
    return tuple(filled)
