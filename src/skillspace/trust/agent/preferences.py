"""Preferences: what a person wants always, only after asking, or never; put into words, and made to count by them."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.agent.limits import Limits
from skillspace.trust.agent.machine import AGENT, CLOCK, PERSON, PREFERENCE, PreferenceState
from skillspace.trust.agent.model import MAX_WORDS, Preference, Wish, checked
from skillspace.trust.agent.ports import MayWish, Note
from skillspace.trust.agent.store import of_preference, preferences, to_preference
from skillspace.trust.consent import Acting

#: What changes in a preference after it was proposed; its wish never does: another wish is another preference.
MOVING = ("state", "changed", "since", "acting", "mistakes")
BATCH = 500


class Preferences:
    """The preferences of the people whose spaces this node keeps."""

    def __init__(self, *, limits: Limits, may_wish: MayWish, note: Note | None = None) -> None:
        self._limits = limits
        self._may_wish = may_wish
        self._note = note

    def propose(self, work: Work, person: str, wish: Wish, *, words: str = "", language: str = "en") -> Preference:
        """Keep a wish that decides nothing yet; the same wish once more is the same preference.

        `words` is what the person wrote or chose. Raises BadInput for a wish that cannot be kept, Conflict when there
        are too many.
        """
        if len(words) > MAX_WORDS:
            raise BadInput(f"A wish has {MAX_WORDS} characters at most.")
        known = self.of_person(work, person)
        for one in known:
            if one.wish.to_json() == wish.to_json():
                return one
        if len(known) >= self._limits.preferences_a_person:
            raise Conflict("There are too many preferences; end some that do not matter any more.")
        made = Preference(
            id=new_id("preference"),
            person=person,
            wish=checked(wish, work.now),
            state=PreferenceState.PROPOSED,
            words=words,
            language=language,
            proposed=work.now,
            changed=work.now,
        )
        work.insert(preferences, of_preference(made))
        self._tell(work, made, "proposed")
        return made

    def activate(self, work: Work, id: str, person: str, *, acting: Acting | None = None) -> Preference:
        """Let a preference count from now on. Raises NotFound, MoveNotAllowed, Conflict when its time is over, and
        what `MayWish` raises for who acts."""
        return self._begin(work, self.of(work, id, person), "activate", acting)

    def resume(self, work: Work, id: str, person: str, *, acting: Acting | None = None) -> Preference:
        """Let a paused preference count again, with its mistakes forgiven; raises as `activate`."""
        return self._begin(work, self.of(work, id, person), "resume", acting)

    def pause(self, work: Work, id: str, person: str) -> Preference:
        """Let it decide nothing for now. Raises NotFound, MoveNotAllowed."""
        return self._move(work, self.of(work, id, person), "pause", PERSON)

    def end(self, work: Work, id: str, person: str) -> Preference:
        """End it for good; what it decided stands. Raises NotFound, MoveNotAllowed."""
        return self._move(work, self.of(work, id, person), "end", PERSON)

    def was_wrong(self, work: Work, id: str) -> Preference:
        """Count a decision the person took back; after too many the preference pauses itself and says so."""
        found = self._find(work, id)
        found = replace(found, mistakes=found.mistakes + 1, changed=work.now)
        self._save(work, found)
        is_too_often = found.mistakes >= self._limits.mistakes_until_pause
        if is_too_often and found.state is PreferenceState.ACTIVE:
            return self._move(work, found, "pause", AGENT)
        return found

    def expire_due(self, work: Work) -> int:
        """End what has run out and return how many; some at a time."""
        over = (preferences.c.until <= work.now) & (preferences.c.state != PreferenceState.ENDED)
        due = work.rows(sa.select(preferences).where(over).order_by(preferences.c.until).limit(BATCH))
        for row in due:
            self._move(work, to_preference(row), "expire", CLOCK)
        return len(due)

    def of(self, work: Work, id: str, person: str) -> Preference:
        """Return a preference of this person; one of somebody else does not exist for them (NotFound)."""
        found = self._find(work, id)
        if found.person != person:
            raise NotFound(f"There is no preference {id[:100]}.")
        return found

    def of_person(self, work: Work, person: str) -> list[Preference]:
        """Return all that is not ended, latest first."""
        mine = (preferences.c.person == person) & (preferences.c.state != PreferenceState.ENDED)
        return self._rows(work, mine)

    def counting(self, work: Work, person: str) -> list[Preference]:
        """Return those that decide now."""
        mine = (preferences.c.person == person) & (preferences.c.state == PreferenceState.ACTIVE)
        return [one for one in self._rows(work, mine) if one.counts(work.now)]

    def ever(self, work: Work, person: str) -> list[Preference]:
        """Return all, ended ones too, latest first: for the person's own copy."""
        return self._rows(work, preferences.c.person == person)

    def erase(self, work: Work, person: str) -> list[str]:
        """Forget all of a person's and return which they were."""
        gone = [one.id for one in self.ever(work, person)]
        work.delete(preferences, preferences.c.person == person)
        return gone

    def _begin(self, work: Work, found: Preference, move: str, acting: Acting | None) -> Preference:
        PREFERENCE.step(found.state, move, PERSON)
        if found.wish.until is not None and found.wish.until <= work.now:
            raise Conflict("The time of this preference is over; make a new one.")
        who = self._may_wish(work, acting, found.person, found.wish)
        return self._move(work, replace(found, since=work.now, acting=who, mistakes=0), move, PERSON)

    def _move(self, work: Work, found: Preference, move: str, party: str) -> Preference:
        moved = replace(found, state=PREFERENCE.step(found.state, move, party), changed=work.now)
        self._save(work, moved)
        what = {"activate": "activated", "pause": "paused", "resume": "resumed"}.get(move, "ended")
        self._tell(work, moved, what, by=party)
        return moved

    def _save(self, work: Work, preference: Preference) -> None:
        row = of_preference(preference)
        work.update(preferences, preferences.c.id == preference.id, **{name: row[name] for name in MOVING})

    def _tell(self, work: Work, preference: Preference, what: str, *, by: str = PERSON) -> None:
        content = {"person": preference.person, "effect": preference.wish.effect.value, "by": by}
        work.publish(Event(name=f"agent.{what}", about=preference.id, content=content, at=work.now))
        if self._note:
            self._note(work, f"agent.{what}", preference.id, preference.entry())

    def _find(self, work: Work, id: str) -> Preference:
        row = work.one(sa.select(preferences).where(preferences.c.id == id))
        if row is None:
            raise NotFound(f"There is no preference {id[:100]}.")
        return to_preference(row)

    def _rows(self, work: Work, where: sa.ColumnElement[bool]) -> list[Preference]:
        query = sa.select(preferences).where(where)
        return [
            to_preference(row) for row in work.rows(query.order_by(preferences.c.proposed.desc(), preferences.c.id))
        ]
