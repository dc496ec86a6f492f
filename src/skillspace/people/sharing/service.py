"""Sharing a profile and plan: a grant the person gives themselves, what it shows, and the comments it brings back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, NotFound, Refused
from skillspace.kernel.ids import new_id
from skillspace.people.accounts import Accounts
from skillspace.people.plan import Plans
from skillspace.people.profile import Profile, ProfileSkill
from skillspace.people.sharing.document import SharedComment, SharedProfile, shared_skill
from skillspace.storage.database import Moment, Work, metadata
from skillspace.trust.consent import Acting, Conditions, Consents, Grant, subject_for
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import Peer

#: The offering under which an intermediary's people share their profiles.
PROFILE_DATASET = "skills-profile"
#: The offering that binds whoever is asked what fits somebody's skills: these go with the question, none are fetched.
SKILLS_DATASET = "skills-for-matching"
#: The offering that binds whoever is asked to validate a skill: evidence goes with the case, none is fetched.
EVIDENCE_DATASET = "evidence-for-validation"
SENT_ALONE = frozenset({SKILLS_DATASET, EVIDENCE_DATASET})
KINDS = ("skills", "name", "plan")
#: The offering under which they let a teacher see how they learn, for this purpose alone.
LEARNING_DATASET = LEARNING_PURPOSE = "learning-analytics"
KINDS_OF = {PROFILE_DATASET: KINDS, LEARNING_DATASET: ("learning", "name")}
#: What an organisation may use a shared profile for, by its role in the data space.
PURPOSES = {"agency": "guidance", "training": "training-advice", "employer": "recruitment"}
MAX_COMMENT = 4000
#: On one share; a shared profile holds no more of them.
MOST_COMMENTS = 500

comments = sa.Table(
    "share_comment",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("grant_id", sa.String, nullable=False, index=True),
    sa.Column("person", sa.String, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("organisation", sa.String, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A remark on a shared profile or plan, kept with the person, who may erase it."""

    id: str
    grant_id: str
    person: str
    organisation: str
    by: str
    text: str
    at: datetime


class Sharing:
    """What the people of this node share with other organisations."""

    def __init__(self, *, consents: Consents, accounts: Accounts, profile: Profile, plans: Plans) -> None:
        self._consents = consents
        self._accounts = accounts
        self._profile = profile
        self._plans = plans

    def share(
        self,
        work: Work,
        *,
        person: str,
        recipient: Peer,
        purpose: str,
        kinds: Collection[str],
        until: datetime,
        agreement: Agreement | None,
        why: str,
        skills: Collection[str] | None = None,
        max_uses: int | None = None,
        conditions: Conditions | None = None,
        acting: Acting | None = None,
        dataset: str = PROFILE_DATASET,
    ) -> Grant:
        """Let `recipient` see these kinds of data for this purpose and time: the person's own act, so granted at once.

        `skills` are the addresses of the only skills it may see (None: all), `max_uses` how often it may look,
        `conditions` when and where, `acting` who does this in the person's name, `dataset` the offering it is of.
        Raises Refused when the organisation has signed no contract for profiles, BadInput for an unknown kind.
        """
        if agreement is None or not agreement.in_force:
            raise Refused(f"{recipient.name} has signed no contract to receive profiles, so nothing can be shared yet.")
        if unknown := set(kinds) - set(KINDS_OF[dataset]):
            raise BadInput(f"There is nothing called {', '.join(sorted(unknown))} to share.")
        account = self._accounts.get(work, person)
        asked = self._consents.ask(
            work,
            person=person,
            subject=subject_for(account.secret, recipient.did),
            provider=self._consents.own_did,
            provider_name=self._consents.own_name,
            recipient=recipient.did,
            recipient_name=recipient.name,
            dataset=dataset,
            purpose=purpose,
            kinds=kinds,
            until=until,
            agreement=agreement.id,
            why=why,
            items={"skills": tuple(skills)} if skills is not None and "skills" in kinds else None,
            max_uses=max_uses,
        )
        # An open ask for the same may end some hours earlier; a yes to it ends with it.
        ends = min(until, asked.until)
        return self._consents.grant(
            work, asked.id, person, kinds=kinds, until=ends, conditions=conditions, acting=acting
        )

    def document(
        self,
        work: Work,
        *,
        person: str,
        subject: str,
        kinds: Collection[str],
        grant: str,
        skills: Collection[str] | None = None,
    ) -> SharedProfile:
        """Write what a grant for `kinds` shows of a person now: what the organisation gets, to the letter.

        `skills` are the addresses of the only skills that may be shown; None means all.
        """
        account = self._accounts.get(work, person)
        held = self._profile.skills(work, person, account.language) if "skills" in kinds else ()
        shown = [face for skill in held if (face := _allowed(skill, skills))]
        plan = self._plans.of(work, person) if "plan" in kinds else None
        said = [
            SharedComment(by=each.by, text=each.text, at=iso(each.at)) for each in self.comments_on(work, grant=grant)
        ]
        return SharedProfile(
            subject=subject,
            language=account.language,
            made=iso(work.now),
            name=account.name if "name" in kinds else None,
            skills=[shared_skill(skill) for skill in shown],
            plan=plan.to_json() if plan else None,
            comments=said,
        )

    def comment(self, work: Work, *, grant_id: str, peer: Peer, by: str, text: str) -> Comment:
        """Keep what the recipient of a living grant remarks.

        Raises why the grant is over, NotFound, BadInput, and Refused when there are as many as there may be.
        """
        grant = self._consents.find(work, grant_id)
        if grant.recipient != peer.did:
            raise NotFound(f"There is no consent {grant_id[:100]}.")
        if fault := grant.why_not(work.now):
            raise fault
        tidy, name = text.strip(), " ".join(by.split())
        if not 0 < len(tidy) <= MAX_COMMENT or not 0 < len(name) <= 200:
            raise BadInput(f"A comment has 1 to {MAX_COMMENT} characters and an author.")
        count = work.one(sa.select(sa.func.count().label("count")).where(comments.c.grant_id == grant_id))
        if count is not None and count["count"] >= MOST_COMMENTS:
            raise Refused(f"There are {MOST_COMMENTS} comments on this already, and no more are kept.")
        made = Comment(
            id=new_id("comment"),
            grant_id=grant_id,
            person=grant.person,
            organisation=peer.name,
            by=name,
            text=tidy,
            at=work.now,
        )
        work.insert(comments, vars(made))
        return made

    def turned_away(self, work: Work, *, grant_id: str, peer: Peer) -> Mapping[str, object]:
        """Write down that the recipient was refused a look, and say why; raises NotFound for another's grant."""
        answer = self._consents.turned_away(work, grant_id, peer.did)
        return {"live": answer.live, "code": answer.code, "reason": answer.reason}

    def comments_on(self, work: Work, *, grant: str | None = None, person: str | None = None) -> list[Comment]:
        """Return the comments under one grant, or all that a person got, oldest first."""
        query = sa.select(comments).order_by(comments.c.at, comments.c.id)
        wanted = comments.c.grant_id == grant if grant is not None else comments.c.person == person
        return [Comment(**row) for row in work.rows(query.where(wanted))]

    def erase(self, work: Work, person: str) -> int:
        """Delete every comment about a person and return how many there were."""
        return work.delete(comments, comments.c.person == person)


def _allowed(skill: ProfileSkill, skills: Collection[str] | None) -> ProfileSkill | None:
    """Return the skill, or of those that the person says are the same the first that may be shown, as itself."""
    return next((face for face in skill.faces if skills is None or face.uri in skills), None)
