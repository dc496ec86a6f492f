"""What people wish to hear of, what they were told and answer, and what is learnt from that where they let it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, NotFound, Refused
from skillspace.kernel.ids import new_id
from skillspace.people.alerts.choosing import choose, likeness
from skillspace.people.alerts.lessons import Lesson, Property, learnt, taught, weight
from skillspace.people.alerts.model import OUTCOMES, Alert, Kind, News, Outcome, Said, Standing, Wishes
from skillspace.people.alerts.ports import DecidesAlone
from skillspace.people.alerts.store import alert_of, alerts, looked_json, news_json, standing_of, standings
from skillspace.storage.database import Work
from skillspace.trust.consent.ports import Note

LETTER_TASK = "alerts.letter"
SHOWN = 100
#: A batch of news is asked for in a query of this many names at most.
AT_ONCE = 500


class LearningNeedsAge(Refused):
    """Nothing is learnt from your answers until you are old enough to say yes to it alone."""


class Alerts:
    """The alerts of the people whose spaces this node keeps. `note` hears of each yes to learning, and its end."""

    def __init__(self, *, note: Note, decides_alone: DecidesAlone) -> None:
        self._note = note
        self._decides_alone = decides_alone

    def standing(self, work: Work, person: str) -> Standing:
        """Return where somebody stands; off, with the usual wishes, before they said anything."""
        row = work.one(sa.select(standings).where(standings.c.person == person))
        return (
            standing_of(row) if row else Standing(person=person, wishes=Wishes(), looked={}, due=None, changed=work.now)
        )

    def wish(self, work: Work, person: str, wishes: Wishes, *, is_on: bool) -> Standing:
        """Keep what somebody wishes; switched on, they hear of news once it is not quiet."""
        before = self.standing(work, person)
        due = wishes.quiet.over(before.due or work.now) if is_on else None
        self._keep(work, person, wishes=wishes.to_json(), due=due)
        return self.standing(work, person)

    def due(self, work: Work, most: int, *, leave_out: Collection[str]) -> list[Standing]:
        """Return who is to hear of news now, longest due first; `leave_out` are people whose data may not be used."""
        waiting = (standings.c.due <= work.now) & standings.c.person.not_in(sorted(leave_out))
        query = sa.select(standings).where(waiting).order_by(standings.c.due, standings.c.person).limit(most)
        return [standing_of(row) for row in work.rows(query)]

    def chosen(self, work: Work, standing: Standing, news: Sequence[News]) -> list[News]:
        """Return what somebody is to be told of, by the rule of `choosing` and what they let us learn."""
        lessons = {(one.about, one.value): one for one in self.lessons(work, standing.person)}
        return choose(news, self._told(work, standing.person, news), lambda one: weight(one, lessons))

    def tell(self, work: Work, standing: Standing, chosen: Sequence[News], until: Mapping[Kind, datetime]) -> bool:
        """Write what somebody is told, with when they hear next; False, writing nothing, where it was done already.

        Also False where they changed their wishes since `standing` was read: they are looked at anew. What came before
        `until` is no news from now on, of the kinds they are told something of. A letter is left as a task of the same
        transaction.
        """
        wishes = standing.wishes
        if wishes.quiet.holds(work.now):
            return self._claim(work, standing, due=wishes.quiet.over(work.now))
        kinds = {one.kind for one in chosen}
        looked = looked_json({**standing.looked, **{kind: at for kind, at in until.items() if kind in kinds}})
        due = wishes.quiet.day_after(work.now, wishes.often.days)
        if not self._claim(work, standing, due=due, looked=looked):
            return False
        work.insert(alerts, *(_row(standing.person, one, work.now, rank) for rank, one in enumerate(chosen)))
        if chosen and wishes.by_letter:
            told = {"person": standing.person, "at": work.now.isoformat()}
            work.enqueue(LETTER_TASK, told, key=f"{LETTER_TASK}:{standing.person}:{told['at']}")
        return True

    def to_letter(self, work: Work, person: str, at: datetime) -> int:
        """Claim the letter about what somebody was told at a moment; return how many offers it is about.

        Zero: there is nothing to write, for it was claimed, or they want no letter any more. A letter whose sender
        fell is lost rather than sent twice: the news stand in the person's space anyway.
        """
        standing = self.standing(work, person)
        if standing.due is None or not standing.wishes.by_letter:
            return 0
        return work.update(alerts, _told_at(person, at) & ~alerts.c.is_lettered, is_lettered=True)

    def not_lettered(self, work: Work, person: str, at: datetime) -> None:
        """Let go of a claim, because the mail server took nothing."""
        work.update(alerts, _told_at(person, at), is_lettered=False)

    def of_person(self, work: Work, person: str, limit: int | None = SHOWN) -> list[Alert]:
        """Return what somebody was told, latest first, and of one time the worthiest."""
        query = sa.select(alerts).where(alerts.c.person == person).order_by(alerts.c.at.desc(), alerts.c.rank)
        return [alert_of(row) for row in work.rows(query.limit(limit))]

    def answer(self, work: Work, person: str, alert: str, said: Said | None, outcome: Outcome | None = None) -> Alert:
        """Keep what somebody says of an alert, in place of what they said before; None takes it back.

        It teaches only under their yes to learning. Raises NotFound, BadInput for an outcome of another kind or of
        what they said no to.
        """
        here = (alerts.c.person == person) & (alerts.c.id == alert)
        row = work.one(sa.select(alerts).where(here))
        if row is None:
            raise NotFound("There is no such alert; go back to the list.")
        news = alert_of(row).news
        if outcome is not None and (outcome not in OUTCOMES[news.kind] or said is not Said.YES):
            raise BadInput("This cannot have come of it.")
        points = taught(news, said, outcome) if self.standing(work, person).learning else ()
        answered = work.now if said else None
        work.update(alerts, here, said=said, outcome=outcome, answered=answered, taught=[list(one) for one in points])
        return alert_of({**row, "said": said, "outcome": outcome, "answered": answered, "taught": points})

    def learn(self, work: Work, person: str, *, may: bool) -> None:
        """Let answers teach from now on, or take that back: what was learnt goes in the same transaction.

        Raises LearningNeedsAge for somebody who does not decide alone.
        """
        before = self.standing(work, person)
        if may == bool(before.learning):
            return
        if may and not self.may_learn(work, person):
            raise LearningNeedsAge()
        name = before.learning or new_id("learning")
        if may:
            self._keep(work, person, learning=name, learning_since=work.now)
        else:
            self._keep(work, person, learning=None, learning_since=None)
            work.update(alerts, alerts.c.person == person, taught=[])
        self._note(work, "alerts.learning" if may else "alerts.unlearnt", name, {})

    def may_learn(self, work: Work, person: str) -> bool:
        """Tell whether somebody is old enough to let us learn from them."""
        return self._decides_alone(work, person)

    def lessons(self, work: Work, person: str) -> list[Lesson]:
        """Return what was learnt, the strongest first; nothing without a living yes."""
        if self.standing(work, person).learning is None:
            return []
        return learnt(one.taught for one in self._answered(work, person))

    def unlearn(self, work: Work, person: str, name: Property, value: str) -> None:
        """Forget one lesson: every answer that taught it teaches it no more. Raises NotFound."""
        struck = 0
        for one in self._answered(work, person):
            left = [list(point) for point in one.taught if point[:2] != (name.value, value)]
            if len(left) < len(one.taught):
                struck += work.update(alerts, alerts.c.id == one.id, taught=left)
        if not struck:
            raise NotFound("This was not learnt, or is forgotten already.")

    def export(self, work: Work, person: str) -> dict[str, Any]:
        """Return everything kept of somebody's alerts, as JSON, for their own copy."""
        standing = self.standing(work, person)
        return {
            "isOn": standing.due is not None,
            "wishes": standing.wishes.to_json(),
            "next": iso(standing.due) if standing.due else None,
            "learningSince": iso(standing.learning_since) if standing.learning_since else None,
            "learnt": [asdict(one) for one in self.lessons(work, person)],
            "told": [_told_json(one) for one in self.of_person(work, person, limit=None)],
        }

    def erase(self, work: Work, person: str) -> int:
        """Delete all of it and return how many things went."""
        return work.delete(standings, standings.c.person == person) + work.delete(alerts, alerts.c.person == person)

    def _answered(self, work: Work, person: str) -> list[Alert]:
        query = sa.select(alerts).where(alerts.c.person == person, alerts.c.answered.is_not(None))
        return [one for row in work.rows(query) if (one := alert_of(row)).taught]

    def _told(self, work: Work, person: str, news: Sequence[News]) -> set[str]:
        """Return which identifiers and likenesses of these offers somebody was told of before."""
        told: set[str] = set()
        for start in range(0, len(news), AT_ONCE):
            some = news[start : start + AT_ONCE]
            alike = alerts.c.offer.in_([one.offer for one in some]) | alerts.c.likeness.in_(map(likeness, some))
            query = sa.select(alerts.c.offer, alerts.c.likeness).where(alerts.c.person == person, alike)
            told |= {str(row[name]) for row in work.rows(query) for name in ("offer", "likeness")}
        return told

    def _keep(self, work: Work, person: str, **changes: Any) -> None:
        """Change a standing, making it first; whoever read it before has to look at it anew."""
        usual = {"person": person, "wishes": Wishes().to_json(), "looked": {}, "changed": work.now}
        work.insert_new(standings, usual, on="person")
        work.update(standings, standings.c.person == person, changed=work.now, **changes)

    def _claim(self, work: Work, standing: Standing, **changes: Any) -> bool:
        """Change a standing only while it is as it was read: whoever comes first does it, and nobody twice."""
        as_read = (standings.c.due == standing.due) & (standings.c.changed == standing.changed)
        return work.update(standings, (standings.c.person == standing.person) & as_read, **changes) > 0


def _told_at(person: str, at: datetime) -> sa.ColumnElement[bool]:
    return (alerts.c.person == person) & (alerts.c.at == at)


def _row(person: str, news: News, at: datetime, rank: int) -> dict[str, Any]:
    return {
        "id": new_id("alert"),
        "person": person,
        "at": at,
        "rank": rank,
        "offer": news.offer,
        "likeness": likeness(news),
        "content": news_json(news),
        "is_lettered": False,
        "taught": [],
    }


def _told_json(one: Alert) -> dict[str, Any]:
    answered = iso(one.answered) if one.answered else None
    return {"at": iso(one.at), **news_json(one.news), "said": one.said, "outcome": one.outcome, "answered": answered}
