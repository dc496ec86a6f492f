"""How asks are decided: pure, explained, and never more open than the person's own words.

Never beats ask, and ask beats always. Among always and ask, one that is more specific in what it names (and in nothing
less) beats the other. Nothing fits: the person is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from skillspace.trust.agent.limits import Limits
from skillspace.trust.agent.model import CATEGORY, ROLE, Decision, Effect, Narrower, Preference, Reason, Wish
from skillspace.trust.agent.weektime import is_all_week, overlap
from skillspace.trust.consent import Direction, Grant


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All a decision rests on besides the ask and the preferences.

    `own` is the intermediary's DID. `roles` (empty: not known) and `country` (None: not known) are the other side's.
    `is_known`: the person themselves said yes to it before. `may_rest_on_consent`: the law lets this purpose rest on a
    yes. `decides_alone`: the person is old enough. `is_notice_changed`: they agreed to this use under another notice.
    `taken_back` is when the person last undid a decision about this very use: from then on only a never they set later
    decides it. `yeses` is how many the agent gave in a day.
    """

    own: str
    at: datetime
    limits: Limits
    roles: frozenset[str] = frozenset()
    country: str | None = None
    is_known: bool = False
    may_rest_on_consent: bool = True
    decides_alone: bool = True
    is_notice_changed: bool = False
    taken_back: datetime | None = None
    yeses: int = 0


@dataclass(frozen=True, kw_only=True)
class _Fit:
    """How far a preference is about an ask: which kinds of it, and whether it is certain that it is about whom."""

    preference: Preference
    kinds: frozenset[str]
    is_certain: bool

    @property
    def wish(self) -> Wish:
        return self.preference.wish

    @property
    def is_at_any_time(self) -> bool:
        return self.is_certain and is_all_week(self.wish.conditions)


def decide(ask: Grant, preferences: Iterable[Preference], facts: Facts) -> Decision:
    """Return what becomes of an ask; the order of the preferences does not matter."""
    fits = [fit for each in preferences if (fit := _fit(each, ask, facts)) is not None]
    nevers = [fit for fit in _of(fits, Effect.NEVER) if fit.is_at_any_time and _is_later(fit, facts.taken_back)]
    forbidden = frozenset[str]().union(*(fit.kinds for fit in nevers))
    if forbidden >= frozenset(ask.kinds):
        first = _first(nevers)
        return Decision(effect=Effect.NEVER, preference=first.preference, reasons=(_why("wish_never", first),))
    if facts.taken_back is not None:
        return Decision(effect=Effect.ASK, preference=None, reasons=(_why("taken_back"),))
    allowing = _not_beaten(_of(fits, Effect.ALWAYS))
    if not allowing:
        return _nothing_allows(ask, fits, forbidden)
    return _weigh(ask, _first(allowing), allowing, fits, forbidden, facts)


def other_side(ask: Grant, own: str) -> str:
    """Return the organisation an ask is about: who gets the data, or who has them where they are gathered."""
    return ask.provider if ask.direction(own) is Direction.GATHER else ask.recipient


def _fit(preference: Preference, ask: Grant, facts: Facts) -> _Fit | None:
    wish = preference.wish
    kinds = facts.limits.covered(wish.kinds, ask.kinds)
    is_about = (
        preference.person == ask.person
        and preference.counts(facts.at)
        and wish.direction is ask.direction(facts.own)
        and (not wish.purposes or ask.purpose in wish.purposes)
        and bool(kinds)
    )
    certain = [_is_named(wish, other_side(ask, facts.own), facts.roles), _is_there(wish, facts.country)]
    if not is_about or False in certain or (wish.effect is Effect.ALWAYS and None in certain):
        return None
    return _Fit(preference=preference, kinds=kinds, is_certain=None not in certain)


def _is_named(wish: Wish, did: str, roles: frozenset[str]) -> bool | None:
    """Tell whether a wish is about an organisation; None where its roles are not known and a role is named."""
    if not wish.organisations or did in wish.organisations:
        return True
    meant = {entry.removeprefix(ROLE) for entry in wish.organisations if entry.startswith(ROLE)}
    return None if meant and not roles else not meant.isdisjoint(roles)


def _is_there(wish: Wish, country: str | None) -> bool | None:
    """Tell whether a wish holds where the organisation works; None where that is not known."""
    countries = wish.conditions.countries if wish.conditions else frozenset()
    return True if not countries else country in countries if country is not None else None


def _is_later(fit: _Fit, taken_back: datetime | None) -> bool:
    since = fit.preference.since
    return taken_back is None or (since is not None and since > taken_back)


def _of(fits: Sequence[_Fit], effect: Effect) -> list[_Fit]:
    return [fit for fit in fits if fit.wish.effect is effect]


def _named(wish: Wish) -> tuple[int, int, int, int]:
    """How specific a wish is in each thing it can name: whom, what, why, when."""
    whom = 0 if not wish.organisations else 1 if any(one.startswith(ROLE) for one in wish.organisations) else 2
    what = 0 if not wish.kinds else 1 if any(one.startswith(CATEGORY) for one in wish.kinds) else 2
    return whom, what, int(bool(wish.purposes)), int(wish.conditions is not None)


def _beats(first: Wish, second: Wish) -> bool:
    """Tell whether the first is more specific in something and less specific in nothing."""
    one, other = _named(first), _named(second)
    return one != other and all(a >= b for a, b in zip(one, other, strict=True))


def _not_beaten(fits: Sequence[_Fit]) -> list[_Fit]:
    return [fit for fit in fits if not any(_beats(other.wish, fit.wish) for other in fits)]


def _first(fits: Sequence[_Fit]) -> _Fit:
    """The one to name: the most specific; among equals the first by identifier, so that order does not matter."""
    return min(fits, key=lambda fit: (-sum(_named(fit.wish)), fit.preference.id))


def _why(code: str, fit: _Fit | None = None, **facts: str) -> Reason:
    """A reason; one that rests on a preference says which."""
    return Reason(code=code, facts=facts | ({"preference": fit.preference.id} if fit else {}))


def _nothing_allows(ask: Grant, fits: Sequence[_Fit], forbidden: frozenset[str]) -> Decision:
    """Nobody said yes in advance: the person is asked, with what they forbade left out of what is proposed."""
    nevers, asks = _of(fits, Effect.NEVER), _of(fits, Effect.ASK)
    named = [*([_first(nevers)] if nevers else []), *([_first(asks)] if asks else [])]
    reasons = [_why("partly_forbidden", named[0])] if nevers else []
    reasons += [_why("wish_ask", _first(asks))] if asks else []
    left = tuple(kind for kind in ask.kinds if kind not in forbidden)
    rest = Narrower(kinds=left, until=ask.until, max_uses=ask.max_uses, conditions=None) if forbidden else None
    return Decision(
        effect=Effect.ASK,
        preference=named[0].preference if named else None,
        reasons=tuple(reasons) or (_why("no_wish"),),
        narrower=rest,
    )


def _weigh(
    ask: Grant, best: _Fit, allowing: Sequence[_Fit], fits: Sequence[_Fit], forbidden: frozenset[str], facts: Facts
) -> Decision:
    """Give the yes that was said in advance, or say everything that stands against it."""
    against = [
        fit
        for fit in [*_of(fits, Effect.NEVER), *_of(fits, Effect.ASK)]
        if overlap(fit.wish.conditions, best.wish.conditions)
        and not (fit.wish.effect is Effect.ASK and _beats(best.wish, fit.wish))
    ]
    nevers, asks = _of(against, Effect.NEVER), _of(against, Effect.ASK)
    reasons = [_why("partly_forbidden", _first(nevers))] if nevers else []
    reasons += [_why("wish_ask", _first(asks))] if asks else []
    if len({fit.wish.conditions for fit in allowing}) > 1:
        reasons.append(_why("wishes_differ"))
    reasons += [
        reason for fit in sorted(allowing, key=lambda fit: fit.preference.id) for reason in _wider(ask, fit, facts)
    ]
    reasons += _beyond_any_wish(ask, best.wish, facts)
    if not reasons:
        conditions = best.wish.conditions
        yes = (_why("wish_always", best),)
        return Decision(effect=Effect.ALWAYS, preference=best.preference, reasons=yes, conditions=conditions)
    named = _first(nevers or asks or [best])
    is_at_odds = bool(asks) or any(not fit.is_at_any_time for fit in nevers)
    fitting = None if is_at_odds else _narrower(ask, allowing, forbidden | facts.limits.sensitive_kinds, facts)
    return Decision(
        effect=Effect.ASK,
        preference=named.preference,
        reasons=tuple(_once(reasons)),
        narrower=fitting,
    )


def _wider(ask: Grant, fit: _Fit, facts: Facts) -> list[Reason]:
    """In what an ask is for more than was said yes to."""
    reasons = []
    if more := sorted(set(ask.kinds) - fit.kinds):
        reasons.append(_why("more_kinds", fit, kinds=", ".join(more)))
    if ask.until > _latest(fit.wish, facts.at, ask.until):
        reasons.append(_why("longer", fit))
    if fit.wish.most_uses is not None and (ask.max_uses is None or ask.max_uses > fit.wish.most_uses):
        reasons.append(_why("more_uses", fit, uses=str(fit.wish.most_uses)))
    return reasons


def _beyond_any_wish(ask: Grant, wish: Wish, facts: Facts) -> list[Reason]:
    """What no yes in advance can cover, whatever it says."""
    sensitive = sorted(set(ask.kinds) & facts.limits.sensitive_kinds)
    is_named = other_side(ask, facts.own) in wish.organisations
    checks = {
        "sensitive": bool(sensitive),
        "first_time": not (facts.is_known or is_named),
        "not_by_consent": not facts.may_rest_on_consent,
        "minor": not facts.decides_alone,
        "changed_notice": facts.is_notice_changed,
        "daily_limit": facts.yeses >= facts.limits.automatic_yeses_a_day,
    }
    said = {"sensitive": {"kinds": ", ".join(sensitive)}, "daily_limit": {"count": str(facts.yeses)}}
    return [Reason(code=code, facts=said.get(code, {})) for code, stands in checks.items() if stands]


def _latest(wish: Wish, at: datetime, end: datetime) -> datetime:
    """The last moment a yes of this wish may reach."""
    ends = [end, *([wish.until] if wish.until else [])]
    return min([*ends, at + timedelta(days=wish.most_days)] if wish.most_days else ends)


def _narrower(ask: Grant, allowing: Sequence[_Fit], out: frozenset[str], facts: Facts) -> Narrower | None:
    """The part of an ask that fits everything the person wished; None where nothing is left or wishes differ."""
    fitting = [kind for kind in ask.kinds if kind not in out and all(kind in fit.kinds for fit in allowing)]
    if not fitting or len({fit.wish.conditions for fit in allowing}) > 1:
        return None
    uses = [bound for bound in (ask.max_uses, *(fit.wish.most_uses for fit in allowing)) if bound is not None]
    return Narrower(
        kinds=tuple(fitting),
        until=min(_latest(fit.wish, facts.at, ask.until) for fit in allowing),
        max_uses=min(uses) if uses else None,
        conditions=allowing[0].wish.conditions,
    )


def _once(reasons: Iterable[Reason]) -> list[Reason]:
    """Each reason once, in order."""
    seen: list[Reason] = []
    for reason in reasons:
        if reason not in seen:
            seen.append(reason)
    return seen
