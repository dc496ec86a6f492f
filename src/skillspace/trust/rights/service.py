"""A person's rights at the intermediary: one press asks everybody at once, and the person follows, answers, ends it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import IO, Any

import sqlalchemy as sa

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.rights.cabinet import Cabinet
from skillspace.trust.rights.deadlines import Deadlines, due_of
from skillspace.trust.rights.errors import NotThisRight
from skillspace.trust.rights.ledger import Ledger
from skillspace.trust.rights.machine import CASE, PERSON, CaseState, PackageState, PartState
from skillspace.trust.rights.messages import MAX_NAME, MAX_WORDS
from skillspace.trust.rights.model import (
    HANDED_OVER,
    STOPPING,
    Asked,
    Case,
    Correction,
    Part,
    Proof,
    Right,
    Scope,
)
from skillspace.trust.rights.ports import Organisations
from skillspace.trust.rights.store import cases, parts, proofs, scope_row

DELIVER = "rights.deliver"
ALL = Scope()
MOST_NAMED, MOST_CORRECTIONS = 100, 50


class Rights:
    """The rights cases of the people whose spaces this node keeps."""

    def __init__(
        self,
        *,
        own: Asked,
        country: str,
        organisations: Organisations,
        ledger: Ledger,
        cabinet: Cabinet,
    ) -> None:
        self._own = own
        self._country = country
        self._organisations = organisations
        self._ledger = ledger
        self._cabinet = cabinet

    def open(
        self,
        work: Work,
        person: str,
        right: Right,
        words: str = "",
        scope: Scope = ALL,
        *,
        corrections: Collection[Correction] = (),
        only: Collection[str] | None = None,
    ) -> Case:
        """Use a right towards everybody who has data about a person, this node included; `only` asks some of them.

        The same press again, while the first is open, gives the same case. Raises BadInput: too many words, or a
        rectification that says neither in words nor in corrections what is wrong.
        """
        _check(right, words, scope, corrections)
        asked = self._to_ask(work, person, only)
        wanted = (right, words, scope, tuple(corrections))
        again = self._same_open(work, person, wanted, {each.did for each in asked})
        if again is not None:
            return again
        row: dict[str, Any] = {"id": new_id("rightscase"), "person": person, "right": right, "opened": work.now}
        row |= {"words": words, "scope": scope_row(scope), "corrections": [dict(vars(each)) for each in corrections]}
        work.insert(cases, row | {"state": CaseState.OPEN, "ended": None})
        for organisation in asked:
            self._ask(work, row, organisation)
        work.publish(Event(name="rights.opened", about=row["id"], content={"right": right}, at=work.now))
        told = {"right": right, "organisations": [each.did for each in asked]}
        self._ledger.journal(work, "opened", row["id"], told)
        return self._ledger.case(work, row["id"])

    def withdraw(self, work: Work, id: str, person: str) -> Case:
        """Take a case back: every organisation that still owes an answer is told. Raises NotFound, MoveNotAllowed."""
        found = self.case(work, id, person)
        state = CASE.step(found.state, "withdraw", PERSON)
        for part in found.parts:
            if not part.is_done:
                moved = self._ledger.step(work, part, "withdraw", PERSON, done=work.now, due=None)
                self._ledger.tell_organisation(work, part.organisation, part.id, "withdrawn", {})
                self._ledger.moved(work, found, moved, "withdraw")
        work.update(cases, cases.c.id == id, state=state, ended=work.now)
        self._ledger.journal(work, "withdrawn", id, {})
        return self.case(work, id, person)

    def supply(self, work: Work, id: str, person: str, organisation: str, words: str) -> Part:
        """Answer an organisation that doubts who asks; its clock goes on. Raises NotFound, BadInput, MoveNotAllowed."""
        found = self.case(work, id, person)
        part = next((part for part in found.parts if part.organisation == organisation), None)
        if part is None:
            raise NotFound(f"{organisation[:100]} has no part in this case.")
        if not words.strip():
            raise BadInput("Say what they need to know.")
        _check_words(words)
        country = str(self._ledger.find(work, part.id)[2]["country"])
        due = due_of(vars(part), country, resumed=work.now)
        moved = self._ledger.step(work, part, "supply", PERSON, resumed=work.now, due=due)
        body = {"words": words, "at": iso(work.now)}
        self._ledger.tell_organisation(work, organisation, part.id, "supplied", body)
        self._ledger.moved(work, found, moved, "supply")
        return moved

    def lift(self, work: Work, id: str, person: str) -> Case:
        """Let everything go on that a restriction or an objection stopped. Raises NotFound, NotThisRight."""
        found = self.case(work, id, person)
        if found.right not in STOPPING:
            raise NotThisRight(f"An answer to {found.right} stops nothing that could go on.")
        for part in found.parts:
            if part.state is PartState.ANSWERED:
                moved = self._ledger.step(work, part, "lift", PERSON)
                self._ledger.tell_organisation(work, part.organisation, part.id, "lifted", {})
                self._ledger.moved(work, found, moved, "lift")
        return self.case(work, id, person)

    def cases(self, work: Work, person: str) -> list[Case]:
        """Return a person's cases with their parts, latest first."""
        return self._ledger.of_person(work, person)

    def case(self, work: Work, id: str, person: str) -> Case:
        """Return a case of this person; one of somebody else does not exist for them (NotFound)."""
        found = self._ledger.case(work, id)
        if found.person != person:
            raise NotFound(f"There is no case {id[:100]}.")
        return found

    def proofs(self, work: Work, found: Case) -> list[Proof]:
        """Return everything organisations signed about a case, in the order in which they said it."""
        mine = proofs.c.part.in_([part.id for part in found.parts])
        query = sa.select(proofs).where(mine).order_by(proofs.c.at, proofs.c.part, proofs.c.number)
        return [Proof(**row) for row in work.rows(query)]

    def write_package(self, work: Work, id: str, person: str, target: IO[bytes]) -> Case:
        """Write one zip with everything that is here of a case, and a list of what is missing. Raises NotFound."""
        found = self.case(work, id, person)
        self._cabinet.write(found, self.proofs(work, found), target)
        return found

    def erase(self, work: Work, person: str) -> int:
        """Forget a person's cases and return how many there were.

        What was asked stands (an erasure goes on, and nobody hears how), but data that would come are called off.
        """
        mine = self.cases(work, person)
        for found in mine:
            for part in found.parts:
                is_coming = not part.is_done or part.package_state is PackageState.WAITING
                if found.right in HANDED_OVER and is_coming:
                    self._ledger.tell_organisation(work, part.organisation, part.id, "withdrawn", {})
                self._cabinet.remove(part.id)
        ids = [part.id for found in mine for part in found.parts]
        work.delete(proofs, proofs.c.part.in_(ids))
        work.delete(parts, parts.c.id.in_(ids))
        return work.delete(cases, cases.c.person == person)

    def _to_ask(self, work: Work, person: str, only: Collection[str] | None) -> list[Asked]:
        own = replace(self._own, subject=person)
        everybody = {each.did: each for each in self._organisations(work, person) if each.did != own.did}
        asked = [*everybody.values(), own]
        chosen = asked if only is None else [each for each in asked if each.did in only]
        if not chosen or (only is not None and set(only) - {each.did for each in asked}):
            raise BadInput("Ask at least one organisation, of those that have data about you.")
        return chosen

    def _same_open(self, work: Work, person: str, wanted: tuple[object, ...], asked: set[str]) -> Case | None:
        for found in self.cases(work, person):
            is_open = found.state in (CaseState.OPEN, CaseState.PARTLY)
            is_same = (found.right, found.words, found.scope, found.corrections) == wanted
            if is_open and is_same and {part.organisation for part in found.parts} == asked:
                return found
        return None

    def _ask(self, work: Work, case: Mapping[str, Any], organisation: Asked) -> None:
        part = new_id("rightspart")
        nothing = ("received", "extended", "doubted", "resumed", "done", "unreached_since", "overdue_told")
        row = {
            "id": part,
            "case": case["id"],
            "organisation": organisation.did,
            "name": organisation.name,
            "subject": organisation.subject,
            "state": PartState.SENT,
            "country": self._country,
            "number": 0,
            "asked": work.now,
            "due": Deadlines(self._country).due(work.now),
            "package_state": PackageState.NONE,
        }
        row |= {"unreached_why": "", "words": "", "complaint": "", "deleted": {}, "kept": []}
        row |= dict.fromkeys((*nothing, "ground", "package", "package_at", "opens"))
        work.insert(parts, row)
        body = {"part": part, "right": case["right"], "subject": organisation.subject, "asked": iso(work.now)}
        body |= {"words": case["words"], "corrections": case["corrections"], **case["scope"]}
        work.enqueue(DELIVER, {"organisation": organisation.did, "body": body}, key=f"{DELIVER}:{part}")


def _check(right: Right, words: str, scope: Scope, corrections: Collection[Correction]) -> None:
    _check_words(words)
    for each in corrections:
        _check_words(each.item, each.wrong, each.right)
        _check_names([each.item])
    named = [scope.datasets, scope.kinds, scope.grants]
    if max(map(len, named)) > MOST_NAMED or len(corrections) > MOST_CORRECTIONS:
        raise BadInput("This names too many things at once.")
    for names in named:
        _check_names(names)
    if right is Right.RECTIFICATION and not (words.strip() or corrections):
        raise BadInput("Say what is wrong, and what is right.")
    if corrections and right is not Right.RECTIFICATION:
        raise BadInput("Corrections belong to a rectification.")


def _check_names(names: Collection[str]) -> None:
    if not all(0 < len(name) <= MAX_NAME and "\x00" not in name for name in names):
        raise BadInput(f"The name of a thing has 1 to {MAX_NAME} characters.")


def _check_words(*texts: str) -> None:
    if any(len(text) > MAX_WORDS or "\x00" in text for text in texts):
        raise BadInput(f"Say it in at most {MAX_WORDS} characters.")
