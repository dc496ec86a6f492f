"""The door between the agent and grants: it acts only under a preference that counts, and as the person whom it serves.

What binds the person binds their agent: a child's agent says no for them, and never yes.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from skillspace.storage.database import Work
from skillspace.trust.agent.deciding import other_side
from skillspace.trust.agent.limits import limits
from skillspace.trust.agent.model import CAPACITY, ROLE, Effect, Wish
from skillspace.trust.agent.store import preferences, to_preference
from skillspace.trust.consent import Acting, Grant
from skillspace.trust.consent.errors import NotMandated
from skillspace.trust.consent.ports import MayAct

ACTS = {"grant": Effect.ALWAYS, "refuse": Effect.NEVER}


def agent_door(inner: MayAct, *, own_did: str) -> MayAct:
    """Return a `MayAct` that knows the agent; everybody else, and every rule about the person, is `inner`'s.

    It looks at the stored preference again and by itself, so that no fault in deciding gives more than was wished.
    Raises NotMandated naming what is wrong.
    """

    def may_act(work: Work, acting: Acting | None, act: str, grant: Grant) -> Acting | None:
        if acting is None or acting.capacity != CAPACITY:
            return inner(work, acting, act, grant)
        row = work.one(sa.select(preferences).where(preferences.c.id == acting.mandate))
        found = to_preference(row) if row else None
        if found is None or not grant.person == found.person == acting.actor or not found.counts(work.now):
            raise NotMandated("The agent acts under a preference of this person that counts now, and this is none.")
        if found.wish.effect is not ACTS.get(act) or not _is_within(found.wish, act, grant, work, own_did):
            raise NotMandated(f"The preference {found.id} does not let the agent {act} this.")
        # Who let it count for the person must still be one who may: a mandate that ended opens nothing any more.
        inner(work, found.acting or acting, act, grant)
        return acting

    return may_act


def _is_within(wish: Wish, act: str, grant: Grant, work: Work, own_did: str) -> bool:
    covered = limits().covered(wish.kinds, grant.kinds)
    # Who plays which role changes, and is looked up where it is decided; whom a wish names by name stays.
    is_whom = not wish.organisations or other_side(grant, own_did) in wish.organisations
    is_about = (
        (is_whom or any(one.startswith(ROLE) for one in wish.organisations))
        and wish.direction is grant.direction(own_did)
        and (not wish.purposes or grant.purpose in wish.purposes)
        and bool(covered)
    )
    if act != "grant" or not is_about:
        return is_about
    ends = [wish.until] if wish.until else []
    ends += [work.now + timedelta(days=wish.most_days)] if wish.most_days else []
    is_short = all(grant.until <= end for end in ends)
    is_rare = wish.most_uses is None or (grant.max_uses is not None and grant.max_uses <= wish.most_uses)
    return covered == frozenset(grant.kinds) and is_short and is_rare
