"""Terms in a form: rules from templates to choose and fill in, and the policy they make; rules nobody touched in the
form stay in the policy word by word."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from skillspace.exchange.odrl import check_rules, rules_of
from skillspace.kernel.errors import BadInput
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.organisation.terms import as_json
from skillspace.portal.pages.organisation.wording import KINDS, PURPOSES, ROLES, naming
from skillspace.portal.views.common import Choice
from skillspace.portal.views.connector import RuleChoice, RuleField, RuleGroup, TermsForm
from skillspace.portal.words import LEVELS, N_
from skillspace.trust.policy.describe import Line, describe, told
from skillspace.trust.policy.lint import Severity, lint
from skillspace.trust.policy.reasons import sentence
from skillspace.trust.policy.templates import Template, templates
from skillspace.trust.policy.terms import moment, short
from skillspace.trust.policy.vocabulary import scheme
from skillspace.wire.jose import strict_json

MOST_JSON = 100_000
GROUPS = {
    "access": N_("When and how often"),
    "who-and-why": N_("Who, what for, which data"),
    "notification": N_("Who must be told"),
    "deletion": N_("When copies go"),
    "billing": N_("What it costs"),
    "responsibility": N_("Who answers for it"),
}
LABELS = {
    "from": N_("From a day on"),
    "until": N_("Until a day"),
    "for": N_("For a time after the agreement"),
    "after": N_("After a wait"),
    "count": N_("A number of times"),
    "every": N_("Once in a while"),
    "purpose": N_("Only for these purposes"),
    "role": N_("Only for members with these roles"),
    "recipient": N_("Only for these recipients"),
    "membership": N_("Only for members of a data space"),
    "sector": N_("Only for these sectors"),
    "territory": N_("Only within a territory"),
    "consent": N_("Only with the person’s consent"),
    "kinds": N_("Only these kinds of data"),
    "level": N_("Only from a level of proof up"),
    "language": N_("Only in these languages"),
    "format": N_("Only in these formats"),
    "notify-before": N_("Somebody is told before each use"),
    "notify-within": N_("Somebody is told in time"),
    "delete-after": N_("Copies deleted after a time"),
    "delete-by": N_("Copies deleted by a day"),
    "billing-date": N_("While a subscription is paid"),
    "billing-amount": N_("After a payment"),
    "billing-count": N_("While paid uses are left"),
    "billing-any": N_("Any way of paying"),
    "no-onward": N_("Not passed on to others"),
    "commitments": N_("Only who committed themselves"),
    "onward-answered": N_("The recipient answers for others’ use"),
}
PARAMETERS = {
    "from": N_("from"),
    "until": N_("until"),
    "period": N_("days"),
    "wait": N_("days"),
    "interval": N_("days"),
    "times": N_("times"),
    "purposes": N_("purposes"),
    "roles": N_("roles"),
    "recipients": N_("identifiers, with commas between"),
    "spaces": N_("identifiers, with commas between"),
    "sectors": N_("codes of sectors (NACE), with commas between"),
    "places": N_("codes of countries or regions (NUTS), with commas between"),
    "kinds": N_("kinds of data"),
    "level": N_("level of proof"),
    "languages": N_("codes of languages, with commas between"),
    "formats": N_("media types, with commas between"),
    "party": N_("identifier of who is told"),
    "amount": N_("amount"),
    "currency": N_("currency, such as EUR"),
    "commitments": N_("commitments, with commas between"),
}
#: Parameters whose words are ticked; all other lists are written.
_TICKED = {"purposes": PURPOSES, "roles": ROLES, "kinds": KINDS}
_NOT_OFFERED = frozenset({"free"})
_GONE = object()


class TermsImpossible(BadInput):
    """These terms cannot be read, or could never be met by anybody."""


def terms_form(policy: Mapping[str, Any], words: Translator, *, problem: str = "", json: str = "") -> TermsForm:
    """Return the form that shows a policy; `json` is what somebody wrote that could not be taken."""
    lines = list(describe(policy))
    chosen = _by_template(lines)
    kept = tuple(told(line, words.language, naming(words)) for line in _others(lines, chosen))
    groups = tuple(
        RuleGroup(
            label=words.gettext(label),
            rules=tuple(_rule(one, chosen.get(one.id), words) for one in offered() if one.group == group),
        )
        for group, label in GROUPS.items()
    )
    return TermsForm(groups=groups, others=kept, json=json or as_json(policy), problem=problem, is_json=bool(json))


def offered() -> list[Template]:
    """Return the templates the form offers, in their order."""
    return [one for one in templates() if one.id not in _NOT_OFFERED]


def written_terms(visit: Visit, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules the sent form asks for: chosen and filled in, or written as JSON (field ``as`` = “json”).

    `before` is the policy the form showed. Raises TermsImpossible, in the reader's language, for what cannot be read
    and for what nobody could ever meet.
    """
    try:
        rules = _from_json(visit.field("rules")) if visit.field("as") == "json" else _from_choices(visit, before)
        check_rules(rules)
    except TermsImpossible:
        raise
    except BadInput as fault:
        said = visit.words.gettext("These terms cannot be read as a policy: %(reason)s")
        raise TermsImpossible(said % {"reason": fault.message}) from fault
    if problems := found_in(rules, visit.words, Severity.ERROR):
        raise TermsImpossible(" ".join(problems))
    return rules


def found_in(rules: Mapping[str, Any], words: Translator, *severities: Severity) -> tuple[str, ...]:
    """Return what the linter says about rules, and how to mend it, as sentences."""
    tell = (words.language, naming(words))
    return tuple(
        f"{sentence(one.reason, *tell)} {sentence(one.mend, *tell)}"
        for one in lint({"@type": "Offer", **rules})
        if one.severity in severities
    )


def purposes_of(rules: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the purposes a policy allows, as the catalog lists them beside it."""
    line = _by_template(list(describe(rules))).get("purpose")
    return tuple(short(word) for word in (line.values or {}).get("purposes", ())) if line else ()


def _from_json(text: str) -> dict[str, Any]:
    content = strict_json(text[:MOST_JSON])
    if not isinstance(content, dict):
        raise BadInput("Terms are a JSON object with permission, prohibition and obligation.")
    return rules_of(content)


def _from_choices(visit: Visit, before: Mapping[str, Any]) -> dict[str, Any]:
    """Change the policy only where the form differs from it."""
    rules: dict[str, Any] = copy.deepcopy(rules_of(before)) or {"permission": [{"action": "use"}]}
    known = _by_template(list(describe(before)))
    chosen = set(visit.fields("rule"))
    for one in offered():
        line = known.get(one.id)
        rendered = _rendered(one, _values(one, visit, line)) if one.id in chosen else None
        if one.id in chosen and rendered is None:
            label = visit.words.gettext(LABELS.get(one.id, one.id))
            raise TermsImpossible(visit.words.gettext("“%(rule)s” needs a value that can be used.") % {"rule": label})
        if line is not None and rendered is not None and _rendered(one, line.values or {}) == rendered:
            continue
        if line is not None:
            _cut(rules, line, one)
        if rendered is not None:
            _put(rules, rendered)
    pruned: dict[str, Any] = _pruned(rules)
    if "permission" not in pruned:
        pruned["permission"] = [{"action": "use"}]
    return pruned


def _rendered(one: Template, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    try:
        return one.render(values)
    except BadInput:
        return None


def _values(one: Template, visit: Visit, line: Line | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, kind in one.parameters.items():
        field = f"{one.id}.{name}"
        text = visit.field(field).strip()
        if kind.startswith("words:"):
            ticked = [word for word in visit.fields(field) if name in _TICKED]
            written = [word.strip() for word in visit.field(f"{field}.more" if name in _TICKED else field).split(",")]
            found[name] = [word for word in (*ticked, *written) if word]
        elif kind == "moment" and len(text) == 10:
            found[name] = _moment_of(text, (line.values or {}).get(name) if line else None, is_end=name == "until")
        elif kind == "duration" and text.isdecimal():
            found[name] = f"P{int(text)}D"
        else:
            found[name] = text
    return found


def _levels(chosen: str, words: Translator) -> tuple[Choice, ...]:
    """Return the levels of proof, the weakest first, in organisations' words."""
    order = scheme("levels").order
    return tuple(
        Choice(value=code, label=words.gettext(LEVELS[number].term), is_chosen=code == chosen)
        for number, code in enumerate(order, 1)
    )


def _moment_of(day: str, shown: object, *, is_end: bool) -> str:
    """Return the moment a chosen day means: what was there if the day is the same, else its beginning or its end."""
    if shown is not None and _day(str(shown)) == day:
        return str(shown)
    return f"{day}T23:59:59Z" if is_end else f"{day}T00:00:00Z"


def _by_template(lines: list[Line]) -> dict[str, Line]:
    """Return the first line of each template: a second one of the same kind is kept as it is."""
    found: dict[str, Line] = {}
    for line in lines:
        if line.template and line.template not in _NOT_OFFERED:
            found.setdefault(line.template, line)
    return found


def _others(lines: list[Line], chosen: Mapping[str, Line]) -> Iterator[Line]:
    for line in lines:
        if line.template not in _NOT_OFFERED and chosen.get(line.template) is not line:
            yield line


def _rule(one: Template, line: Line | None, words: Translator) -> RuleChoice:
    values = line.values or {} if line else {}
    fields = tuple(_field(one, name, kind, values.get(name), words) for name, kind in one.parameters.items())
    return RuleChoice(
        id=one.id, label=words.gettext(LABELS.get(one.id, one.id)), is_chosen=line is not None, fields=fields
    )


def _field(one: Template, name: str, kind: str, value: Any, words: Translator) -> RuleField:
    label, field = words.gettext(PARAMETERS.get(name, name)), f"{one.id}.{name}"
    listed = [short(word) for word in value] if isinstance(value, list | tuple) else []
    if name in _TICKED:
        choices = [Choice(value=code, label=words.gettext(text), is_chosen=code in listed)
                   for code, text in _TICKED[name].items()]  # fmt: skip
        more = ", ".join(word for word in listed if word not in _TICKED[name])
        return RuleField(name=field, label=label, kind="choices", value=more, choices=tuple(choices))
    if kind.startswith("words:"):
        return RuleField(name=field, label=label, kind="text", value=", ".join(listed))
    text = str(value or "")
    if kind == "level":
        return RuleField(name=field, label=label, kind="select", choices=_levels(short(text), words))
    if kind == "moment":
        return RuleField(name=field, label=label, kind="date", value=_day(text))
    if kind == "duration":
        text = text[1:-1] if text[1:-1].isdecimal() and text.endswith("D") else text
    if kind == "whole":
        return RuleField(name=field, label=label, kind="number", value=text)
    return RuleField(name=field, label=label, kind="text", value=short(text))


def _day(text: str) -> str:
    """Return the day a date field shows."""
    found = moment(text)
    return found.date().isoformat() if found else ""


def _cut(rules: dict[str, Any], line: Line, one: Template) -> None:
    """Mark what a line stands for as gone."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in line.pointer.split("/")[1:]]
    if steps == ["prohibition"]:
        actions = {pattern["action"] for pattern in one.rules["prohibition"]}
        bans = rules.get("prohibition", [])
        for place, ban in enumerate(bans if isinstance(bans, list) else []):
            if isinstance(ban, dict) and ban.get("action") in actions and set(ban) == {"action"}:
                bans[place] = _GONE
        return
    holder: Any = rules
    for step in steps[:-1]:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    holder[int(steps[-1]) if isinstance(holder, list) else steps[-1]] = _GONE


def _put(rules: dict[str, Any], rendered: Mapping[str, list[Any]]) -> None:
    """Add what a template asks for: conditions and duties to every permission, the rest to the policy."""
    for place, added in rendered.items():
        holders = rules.get("permission", []) if place in ("constraint", "duty") else [rules]
        for holder in holders if isinstance(holders, list) else [holders]:
            if isinstance(holder, dict):
                there = holder.get(place, [])
                holder[place] = [*(there if isinstance(there, list) else [there]), *copy.deepcopy(added)]


def _pruned(tree: Any) -> Any:
    """Return rules without what is gone, and without lists that are empty then."""
    if isinstance(tree, list):
        return [_pruned(one) for one in tree if one is not _GONE]
    if isinstance(tree, dict):
        kept = {name: _pruned(value) for name, value in tree.items() if value is not _GONE}
        return {name: value for name, value in kept.items() if value != [] or tree[name] == []}
    return tree
