"""The matcher: a person in, jobs, trainings or moves that fit out, each with its reasons.

``Matcher.open(folder).match(person)`` in a notebook, `skillspace match` on the command line, and the HTTP interface all
answer through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.matching.around import FURTHEST_KM, Around, Where
from skillspace.skills.matching.collection import WHOLE, Collection
from skillspace.skills.matching.columns import Columns
from skillspace.skills.matching.conditions import Wishes
from skillspace.skills.matching.holders import HolderIndex, holder
from skillspace.skills.matching.impersonal import impersonal
from skillspace.skills.matching.model import DEFAULT, Match, TrainingFit, Weights
from skillspace.skills.matching.people import Person
from skillspace.skills.matching.question import Question
from skillspace.skills.matching.reading import Reader, Understood
from skillspace.skills.matching.trainings import gap, lacking, trainings_for
from skillspace.skills.taxonomy import Taxonomies

if TYPE_CHECKING:
    from skillspace.skills.careers import CareerMap, Move

JOBS_AHEAD = 30
"""So many of the best jobs speak for what somebody without an aim could learn."""

TRAININGS = "trainings"


class Kind(StrEnum):
    """What is looked for."""

    JOB = "job"
    TRAINING = "training"
    MOVE = "move"


class Matcher:
    """Jobs and trainings in a folder, and the moves of the taxonomies; safe to share by threads."""

    def __init__(
        self,
        folder: Path,
        taxonomies: Taxonomies,
        reader: Callable[[], Reader | None] = lambda: None,
        shard: tuple[int, int] = WHOLE,
    ) -> None:
        """Open what `build` wrote, or a share of its jobs. ``reader`` is asked for when somebody comes with a text or
        an occupation; without one texts count by their words alone. Raises UnreadableFile."""
        self.jobs = Collection(folder, shard)
        self._folder = folder
        self._taxonomies = taxonomies
        self._open_reader = reader

    @classmethod
    def open(cls, folder: Path, home: Path | None = None) -> Matcher:
        """Open a folder with the packs of a home folder, the usual one if none is given."""
        from skillspace.kernel.home import home_folder  # noqa: PLC0415
        from skillspace.skills.answering import Answers  # noqa: PLC0415

        return Answers(home or home_folder()).matcher(folder)

    def match(
        self, person: Person, kind: Kind = Kind.JOB, *, k: int = 20, weights: Weights = DEFAULT
    ) -> list[Match] | list[TrainingFit] | list[Move]:
        """Return the k best jobs, trainings or moves for a person, best first."""
        understood = self.understood(person)
        if kind is Kind.JOB:
            return self.match_jobs(person, understood, k=k, weights=weights)
        if kind is Kind.TRAINING:
            return self.match_trainings(person, understood, k=k, weights=weights)
        return self.match_moves(person, understood, k=k, weights=weights)

    def understood(self, person: Person) -> Understood:
        """Return a person as they are matched."""
        if (person.text.strip() or person.occupations) and self._reader is not None:
            return self._reader.understood(person)
        occupations = dict.fromkeys(person.occupations, 1.0)
        text = impersonal(person.text)
        return Understood(skills=person.skills, occupations=occupations, inferred=frozenset(), text=text)

    def match_jobs(
        self, person: Person, understood: Understood, *, k: int = 20, weights: Weights = DEFAULT
    ) -> list[Match]:
        """Return the k best jobs."""
        return self.jobs.ask(question(person, understood), k=k, weights=weights)

    def match_trainings(
        self, person: Person, understood: Understood, *, k: int = 20, weights: Weights = DEFAULT
    ) -> list[TrainingFit]:
        """Return the trainings that add most to what the aim asks for; without one, to what the best jobs ask for.

        Of wishes those of place count here (a training without a position by its place) and of languages.
        """
        if person.aim:
            needs = [(link.uri, 1.0, link.need) for link in self._taxonomies.skills_of(person.aim)]
            found = gap(understood.skills, needs, self.trainings.proximity, weights)
        else:
            found = lacking(self.match_jobs(person, understood, k=JOBS_AHEAD, weights=weights))
        wishes = person.wishes
        return trainings_for(found, self.trainings, k=k, places=_where(wishes), languages=wishes.languages)

    def match_moves(
        self, person: Person, understood: Understood, *, k: int = 20, weights: Weights = DEFAULT
    ) -> list[Move]:
        """Return the occupations that are within reach."""
        current = person.occupations[0] if person.occupations else None
        return self.careers.next_moves(understood.skills, current, self._taxonomies, k=k, weights=weights)

    @property
    def version(self) -> str:
        """A name of the offers as they are now."""
        return self.jobs.version

    @cached_property
    def _reader(self) -> Reader | None:
        return self._open_reader()

    @cached_property
    def trainings(self) -> HolderIndex:
        """The trainings of the folder."""
        return HolderIndex.open(self._folder / TRAININGS)

    @cached_property
    def careers(self) -> CareerMap:
        """Every occupation as something to move to; built once and kept beside the jobs."""
        from skillspace.skills.careers import CareerMap  # noqa: PLC0415

        try:
            return CareerMap.open(self._folder / "careers")
        except UnreadableFile:
            built = CareerMap.build(self._taxonomies)
            built.save(self._folder / "careers")
            return built


def question(person: Person, understood: Understood) -> Question:
    """Return what is asked of jobs for a person."""
    kinds = person.wishes.kinds or frozenset({Kind.JOB.value})
    return Question(
        skills=understood.skills,
        text=understood.text,
        occupations=understood.occupations,
        meaning=understood.meaning,
        wishes=replace(person.wishes, kinds=kinds),
    )


def _where(wishes: Wishes) -> Where | None:
    if wishes.near is None:
        return wishes.places
    *at, km = wishes.near
    return Around(at=(at[0], at[1]), km=min(km, FURTHEST_KM), places=wishes.places or frozenset())


def keep_trainings(folder: Path, pieces: Iterable[Columns], taxonomies: Taxonomies) -> Iterable[Columns]:
    """Pass pieces of offers on without their trainings, which are indexed by what they teach at the end."""
    kept = []
    for piece in pieces:
        is_training = np.array([bytes(piece.kind.table[row]) == b"training" for row in piece.kind.rows], dtype=bool)
        if is_training.any():
            kept.append(piece.taken(np.flatnonzero(is_training)))
        yield piece.taken(np.flatnonzero(~is_training)) if is_training.any() else piece
    columns = Columns.joined(kept) if kept else Columns.of([])
    holders = (
        holder(
            bytes(columns.ids[at]).decode(),
            columns.needs.of_entry(at),
            columns.place.at(at),
            tuple(columns.languages.of_entry(at)),
            None if np.isnan(columns.latitude[at]) else (float(columns.latitude[at]), float(columns.longitude[at])),
        )
        for at in range(len(columns))
    )
    HolderIndex.build(holders, taxonomies).save(folder / TRAININGS)


def check_folder(folder: Path) -> None:
    """Raise BadInput where a folder holds something else than offers."""
    if folder.exists() and (
        not folder.is_dir() or (any(folder.iterdir()) and not (folder / "collection.json").exists())
    ):
        raise BadInput(f"{folder} holds something else; give a folder of its own for the offers.")
