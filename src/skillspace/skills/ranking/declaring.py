"""A ranking policy in plain words: one sentence for each thing it does, and for each that it does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from skillspace.skills.ranking.policy import Policy

Say = Callable[[str], str]


def declared(policy: Policy, gettext: Say = str, day: Callable[[date], str] = date.isoformat) -> tuple[str, ...]:
    """Return the policy as sentences; ``gettext`` says them in another language, ``day`` writes a date in it."""
    weights = policy.weights
    said = [
        gettext("People are put in order by what they show of the skills asked for, over all that is asked for."),
        gettext("A skill that is only wished for counts %(share)s of one that is needed.")
        % {"share": _percent(weights.optional / weights.essential)},
        gettext("A skill that few jobs ask for counts up to %(times)s times what a common one counts.")
        % {"times": f"{1 + weights.rarity:g}"},
        gettext(
            "A skill that comes close counts in part: a special case %(narrower)s, the more general skill %(broader)s, "
            "a related one %(related)s, one of the same small group %(same)s."
        )
        % {
            "narrower": _percent(weights.narrower),
            "broader": _percent(weights.broader),
            "related": _percent(weights.related),
            "same": _percent(weights.same_group),
        },
        gettext("Recognised proof of a skill adds up to %(proof)s, one shown recently up to %(recency)s.")
        % {"proof": _percent(weights.proof), "recency": _percent(weights.recency)},
        gettext("Who does not show every skill that is needed comes after those who do; nobody is left out.")
        if policy.is_must
        else gettext("Nobody is put back for a single skill that is missing."),
        gettext("A course of the organisation’s own counts as if it closed %(share)s more.")
        % {"share": _percent(policy.own)}
        if policy.own
        else gettext("The organisation’s own courses count as any others do."),
        _demand(policy, gettext, day),
        gettext("Nothing else about a person counts: no name, no age, no sex, no address."),
    ]
    return tuple(said)


def _demand(policy: Policy, gettext: Say, day: Callable[[date], str]) -> str:
    if policy.in_demand is None or not policy.bonus:
        return gettext("No list of skills in demand is used.")
    return gettext(
        "Skills of the list “%(name)s” (%(source)s, %(day)s) weigh up to %(share)s more where they are asked for."
    ) % {
        "name": policy.in_demand.name,
        "source": policy.in_demand.source,
        "day": day(policy.in_demand.day),
        "share": _percent(policy.bonus),
    }


def _percent(share: float) -> str:
    return f"{100 * share:.4g}\N{NO-BREAK SPACE}%"
