"""Terms-like drafts: what a contract of ours holds, filled as far as theirs says, and what somebody must still fill."""

from __future__ import annotations

from typing import Any

from skillspace.trust.contract.clauses import clause
from skillspace.trust.contract.reading import contract_id

#: What every contract of ours needs and none of theirs says in a form that could be kept.
FRAME = ("law-and-court", "leaving", "deletion-at-end", "incident-notice")


def terms_draft(
    *,
    kind: str,
    title: str,
    orchestrator: str | None,
    roles: list[dict[str, Any]],
    purposes: list[str],
    chains: list[dict[str, Any]],
    business_model: dict[str, Any],
    starts: str | None = None,
    ends: str | None = None,
) -> tuple[dict[str, Any], list[str]]:
    """Return the draft and the names of what is missing in it; `contract.read_terms` takes it once nothing is."""
    purpose = [{"clause": clause("purpose-limitation").name, "values": {"purposes": purposes}}] if purposes else []
    draft: dict[str, Any] = {
        "id": contract_id(orchestrator) if orchestrator is not None else None,
        "kind": kind,
        "title": title[:300] or None,
        "version": 1,
        "previous": None,
        "orchestrator": orchestrator,
        "roles": roles,
        "clauses": purpose,
        "purposes": purposes,
        "chains": chains,
        "business_model": business_model,
        "issued": None,
        "starts": starts,
        "ends": ends,
        "notice_days": None,
        "law": None,
        "language": "en",
        "material": True,
        "sign_within_days": 30,
    }
    missing = [name for name, value in draft.items() if value is None and name != "previous"]
    missing += ["purposes"] if not purposes else []
    missing += [f"clauses: {name}" for name in FRAME]
    return draft, missing
