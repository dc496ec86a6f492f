"""Their contracts and ecosystems: drafts of ours, with their members as invited and nobody as having signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.trust.contract.clauses import clause
from skillspace.trust.policy.vocabulary import scheme
from skillspace.trust.prometheus.drafts import terms_draft
from skillspace.trust.prometheus.model import Loss, Read
from skillspace.trust.prometheus.parts import Identities, Part, did_of, slug, tail, top, vocabulary
from skillspace.trust.prometheus.rules import Rules, turn_policies
from skillspace.trust.prometheus.saying import clause_uses

_SIGNATURE = "A text is no signature: whoever takes part signs anew, with its own key."
_NO_DID = "A catalogue's address is no identity; name its DID (--did ADDRESS=DID) once it has joined."
_STATUS = "What was signed there binds nobody here; this is a draft."
_NO_PURPOSE = "It names no purpose that is known here; nobody can sign before the purposes are chosen."
_COMMON = ("recitals", "profile", "permission", "prohibition", "dataRegistry", "vlaId")


def read_contract(document: object, identities: Identities | None = None) -> Read:
    """Read an ecosystem contract or a bilateral one; `identities` maps their addresses of participants to DIDs.

    The content holds `terms` (a draft of `contract.Terms`), `missing` (what must be filled before anybody can sign),
    `participations` (invited or left), and `was` (what it was there). Raises BadInput for another shape.
    """
    losses: list[Loss] = []
    part = top(document, losses)
    source = part.source()
    if {"dataProvider", "dataConsumer"} & set(part.names):
        kind, content = "bilateral-contract", _bilateral(part, identities or {})
    elif {"ecosystem", "serviceOfferings", "members"} & set(part.names):
        kind, content = "ecosystem-contract", _ecosystem(part, identities or {})
    else:
        raise BadInput("This is neither an ecosystem contract nor a bilateral one of Prometheus-X.")
    part.rest()
    return Read(kind=kind, source=source, content={"source": source} | content, losses=tuple(losses))


def ecosystem_draft(part: Part, identities: Identities) -> dict[str, Any]:
    """Read the description of an ecosystem: the draft of its contract, and whom it invited."""
    orchestrator = part.text("orchestrator")
    members = []
    for one in part.parts("participants"):
        roles = one.texts("roles")
        if len(roles) > 1:
            one.correct("roles", "One member has one role here; the first one is taken.")
        members.append(_member(one, roles[0] if roles else "", identities))
        one.lose_if_said("offerings", "What a member brings is agreed on anew; read its offerings by themselves.")
        one.lose_if_said("organization", "A number in their catalogue.")
        one.rest()
    for name in ("joinRequests", "invitations"):
        part.lose_if_said(name, "Whoever wants to take part asks, or is invited, anew.")
    part.lose_if_said("contract", "Read the contract by itself.")
    draft, missing = terms_draft(
        kind="ecosystem",
        title=part.text("name"),
        orchestrator=_party(part, "orchestrator", orchestrator, identities),
        roles=_roles(part, members),
        purposes=_no_purposes(part),
        chains=_chains(part, identities),
        business_model=_business(part),
    )
    return {"description": part.text("description"), "terms": draft, "missing": missing, "participations": members}


def _ecosystem(part: Part, identities: Identities) -> dict[str, Any]:
    status, orchestrator = part.text("status"), part.text("orchestrator")
    members = [_signed(one, identities, "invited") for one in part.parts("members")]
    left = [_signed(one, identities, "left") for one in part.parts("revokedMembers")]
    _status(part, status, has_left=bool(left), has_others=bool(members))
    everybody = [*members, *left]
    purposes = _purposes(part, "purpose")
    for offering in part.parts("serviceOfferings"):
        _offering(offering, everybody, identities, purposes)
    for name in _COMMON:
        part.lose_if_said(name, "There is nothing here that it could become.")
    draft, missing = terms_draft(
        kind="ecosystem",
        title=part.text("name"),
        orchestrator=_party(part, "orchestrator", orchestrator, identities),
        roles=_roles(part, everybody),
        purposes=purposes,
        chains=_chains(part, identities),
        business_model={},
    )
    was = {"status": status, "ecosystem": part.text("ecosystem"), "orchestrator": orchestrator}
    return {"terms": draft, "missing": missing, "participations": everybody, "was": was}


def _status(part: Part, status: str, *, has_left: bool, has_others: bool) -> None:
    if status == "revoked" and has_left and has_others:
        why = "One member's leaving ended the contract for everybody there; here that one has left and the others stay."
        part.lose("status", why, is_correction=True)
    elif status:
        part.lose("status", _STATUS)


def _bilateral(part: Part, identities: Identities) -> dict[str, Any]:
    status, provider, consumer = part.text("status"), part.text("dataProvider"), part.text("dataConsumer")
    _status(part, status, has_left=False, has_others=False)
    for name in ("signatures", "revokedSignatures"):
        part.lose_if_said(name, _SIGNATURE)
    part.lose_if_said("negotiators", "The two parties negotiate for themselves; who may act for one is its own affair.")
    part.lose_if_said("limitationOfLiability", "A day is no limit; write the clause “liability”.")
    for name in ("termsAndConditions", *_COMMON):
        part.lose_if_said(name, "Text beside the clauses binds nobody here; choose the clauses that say it.")
    period = part.part("terminationAndValidity")
    starts = period.moment("effectiveDate") if period is not None else None
    ends = period.moment("terminationPeriod") if period is not None else None
    if period is not None and ends is not None:
        period.correct("terminationPeriod", "Their “period” is a day; it is read as the end.")
        period.rest()
    purposes = _purposes(part, "purpose")
    dataset = part.text("serviceOffering")
    rules = turn_policies(part.parts("policy"), provider, dataset)
    giver = _participation(provider, "provider", identities)
    giver["offerings"].append(_offered(dataset, giver["member"], rules, purposes))
    draft, missing = terms_draft(
        kind="bilateral",
        title=part.text("name"),
        orchestrator=_party(part, "dataProvider", provider, identities),
        roles=[{"role": "provider", "obligations": []}, {"role": "consumer", "obligations": []}],
        purposes=purposes,
        chains=[],
        business_model={},
        starts=starts,
        ends=ends,
    )
    taker = _participation(consumer, "consumer", identities)
    _party(part, "dataConsumer", consumer, identities)
    return {"terms": draft, "missing": missing, "participations": [giver, taker], "was": {"status": status}}


def _signed(one: Part, identities: Identities, state: str) -> dict[str, Any]:
    found = _member(one, one.text("role"), identities) | {"state": state}
    one.lose_if_said("signature", _SIGNATURE)
    if (date := one.moment("date")) is not None:
        found["claimed"] = date
    one.rest()
    return found


def _member(one: Part, role: str, identities: Identities) -> dict[str, Any]:
    named = one.text("participant")
    _party(one, "participant", named, identities)
    return _participation(named, slug(role) or "member", identities)


def _participation(named: str, role: str, identities: Identities) -> dict[str, Any]:
    member = did_of(named, identities)
    return {"organisation": named, "member": member, "role": role, "state": "invited", "offerings": []}


def _party(part: Part, name: str, named: str, identities: Identities) -> str | None:
    found = did_of(named, identities)
    if found is None:
        part.lose(name, _NO_DID)
    return found


def _offering(part: Part, everybody: list[dict[str, Any]], identities: Identities, purposes: list[str]) -> None:
    """Give an offering to the member that brings it; who brings one is a member, or it is nobody's."""
    provider, dataset = part.text("participant"), part.text("serviceOffering")
    rules = turn_policies(part.parts("policies"), provider, dataset)
    owner = next((one for one in everybody if one["organisation"] == provider and one["state"] != "left"), None)
    if owner is None:
        part.drop("serviceOffering", "Whoever brings it is no member, or has left.")
    else:
        owner["offerings"].append(_offered(dataset, did_of(provider, identities), rules, purposes))
    part.rest()


def _offered(dataset: str, provider: str | None, rules: Rules, purposes: list[str]) -> dict[str, Any]:
    return {
        "provider": provider,
        "dataset": dataset,
        "policy": _for_purposes(rules.policy, purposes),
        "purposes": purposes,
        "kinds": [],
        "legal_basis": None,
        "roles": [],
    }


def _for_purposes(policy: dict[str, Any] | None, purposes: list[str]) -> dict[str, Any] | None:
    """A policy of theirs names no purpose; the contract's are added, as nothing is given for any purpose whatever."""
    if policy is None or not purposes:
        return policy
    permission = policy["permission"][0]
    limits = permission.get("constraint", [])
    if any(limit.get("leftOperand") == "purpose" for limit in limits):
        return policy
    limit = clause("purpose-limitation").rules({"purposes": purposes})["constraint"]
    return policy | {"permission": [permission | {"constraint": [*limits, *limit]}]}


def _roles(part: Part, members: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The roles a contract names and those its members have, each once, with the clauses that say their obligations."""
    found: dict[str, list[dict[str, Any]]] = {str(one["role"]): [] for one in members}
    for one in part.parts("rolesAndObligations"):
        role = slug(one.text("role")) or "member"
        rules = turn_policies(one.parts("policies"), "")
        uses, unsaid = clause_uses(rules)
        for sentence in unsaid:
            one.drop("policies", f"No clause says this, so no role is obliged to it: {sentence}")
        found.setdefault(role, []).extend(use for use in uses if use not in found.get(role, []))
        one.lose_if_said("ruleIds", "The rules themselves are read, not their numbers.")
        one.rest()
    return [{"role": role, "obligations": uses} for role, uses in found.items()]


def _purposes(part: Part, name: str) -> list[str]:
    found = []
    for one in part.parts(name):
        said = [one.text(field) for field in ("purpose", "purposeCategory")]
        word = next((found for found in map(purpose_word, said) if found), "")
        found += [word] if word else []
        one.lose_if_said("piiCategory", "Which kinds of data are meant is chosen by hand.")
        one.lose_if_said("consentType", "Consent has one form here: asked and given, never supposed.")
        one.rest()
    known = list(dict.fromkeys(found))
    return known or _no_purposes(part)


def _no_purposes(part: Part) -> list[str]:
    part.drop("purpose", _NO_PURPOSE)
    return []


def purpose_word(said: str) -> str:
    """Return our word for a purpose that is named by a word of ours, of theirs, or by an address that ends in one."""
    theirs = {slug(name): word for name, word in vocabulary()["purposes"].items()}
    word = theirs.get(slug(said), scheme("purposes").word(slug(said) or said))
    return word if scheme("purposes").knows(word) else ""


def _chains(part: Part, identities: Identities) -> list[dict[str, Any]]:
    chains: list[dict[str, Any]] = []
    for name in ("serviceChains", "dataProcessings", "dataProcessingChains"):
        for one in part.parts(name):
            services = [*one.parts("services"), *one.parts("infrastructureServices")]
            steps = [_step(service, identities) for service in services]
            status = one.text("status") or "active"
            if status not in ("active", "inactive"):
                one.lose("status", "It is in no state that is known, so it does not run.", is_correction=True)
                status = "inactive"
            named = one.text("catalogId") or one.source()
            one.rest()
            if any(step["participant"] is None for step in steps):
                one.drop(name, "A chain whose services are nobody's yet is left out until each has a DID.")
                continue
            chains.append({"id": slug(named) or f"chain-{len(chains) + 1}", "status": status, "services": steps})
    return chains


def _step(service: Part, identities: Identities) -> dict[str, Any]:
    participant = did_of(service.text("participant"), identities)
    dataset = service.text("service") or service.text("serviceOffering")
    service.lose_if_said("params", "How a service is called is agreed on anew by those who run the chain.")
    service.lose_if_said("configuration", "How a service is called is agreed on anew by those who run the chain.")
    service.lose_if_said("pre", "A chain here is one line of services; a side branch is a chain of its own.")
    service.rest()
    return {"participant": participant, "dataset": dataset, "params": {}}


def _business(part: Part) -> dict[str, Any]:
    logic = part.part("businessLogic")
    if logic is None:
        return {}
    models = [tail(one) for one in logic.texts("businessModel")]
    logic.lose_if_said("roles", "Who pays whom stands in the clauses on money; write it there.")
    logic.rest()
    return {"model": models[0]} if models else {}
