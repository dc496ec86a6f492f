"""Every reader of what a node holds about people is known by name, and asks first what people stopped (GDPR Art. 18).

A new reader, or a new table with such data, fails here until it stands in the list below with how it is kept in bounds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import pytest

import skillspace
import skillspace.node.composition
from skillspace.storage.database import metadata

SOURCE = Path(skillspace.__file__).parent
#: Where tables with what is held about people are defined, and the names they have in code.
TABLES = {
    "people/alerts/store.py": ("standings", "alerts"),
    "people/received/store.py": ("received",),
    "people/profile/store.py": ("records", "assertions", "chosen"),
    "people/holdings/store.py": ("people", "documents"),
    "people/statements/store.py": ("statements", "attachments", "documents"),
    "people/stories/store.py": ("stories", "suggestions"),
    "people/plan/service.py": ("plans",),
    "people/sharing/service.py": ("comments",),
    "market/oversight/store.py": ("remarks",),
    "market/matching_service/store.py": ("asked",),
    "people/wallet/store.py": ("cards", "showings"),
    "people/validation/store.py": ("cases", "requests", "evidence"),
    "trust/issuance/store.py": ("offers",),
    "trust/presentation/store.py": ("requests",),
}
#: What only puts something into a table or takes it out reads nobody's data.
WRITES = {"insert", "update", "delete", "upsert", "insert_new", "change"}


class How(Enum):
    """How a reader is kept in bounds."""

    ASKS = "it asks which copies may be used, or is told whom to leave out"
    GATE = "it is called with a release alone, and the gate has asked"
    RIGHT = "it answers the person's own right, which a restriction does not end"
    OWN = "it is the person's own space, shown to them, or shared by the gate"
    KEEPS = "it keeps the books: states, ends and deletions, and gives no content out"
    WALLET = "its holder showed it for this one purpose, under no name that others know; it is forgotten in a month"
    REGISTER = "it says who is known here, and nothing that is held about them"
    TOOL = "it answers the organisation's own tools in what they may, and nobody else"


READERS = {
    "market/oversight/decisions.py:_read": How.ASKS,
    "people/alerts/service.py:Alerts._answered": How.OWN,
    "people/alerts/service.py:Alerts._claim": How.KEEPS,
    "people/alerts/service.py:Alerts._told": How.OWN,
    "people/alerts/service.py:Alerts.answer": How.KEEPS,
    "people/alerts/service.py:Alerts.due": How.ASKS,
    "people/alerts/service.py:Alerts.of_person": How.OWN,
    "people/alerts/service.py:Alerts.standing": How.OWN,
    "people/alerts/service.py:_told_at": How.KEEPS,
    "market/matching_service/buying.py:Buying._broken_off": How.KEEPS,
    "market/matching_service/buying.py:Buying._found": How.KEEPS,
    "market/matching_service/buying.py:Buying.of_person": How.OWN,
    "people/validation/cases.py:Validations._consent_over": How.KEEPS,
    "people/validation/cases.py:Validations._of": How.KEEPS,
    "people/validation/cases.py:Validations.ask": How.KEEPS,
    "people/validation/cases.py:Validations.case": How.OWN,
    "people/validation/cases.py:Validations.of_person": How.OWN,
    "people/validation/desk.py:ValidationDesk._ended": How.KEEPS,
    "people/validation/desk.py:ValidationDesk._evidence": How.ASKS,
    "people/validation/desk.py:ValidationDesk._row": How.ASKS,
    "people/validation/desk.py:ValidationDesk._take": How.KEEPS,
    "people/validation/desk.py:ValidationDesk.erase": How.KEEPS,
    "people/validation/desk.py:ValidationDesk.let_go": How.KEEPS,
    "people/validation/desk.py:ValidationDesk.listed": How.ASKS,
    "people/validation/desk.py:ValidationDesk.requests_of": How.RIGHT,
    "people/validation/desk.py:_same": How.RIGHT,
    "people/validation/tasks.py:CaseTasks._not_sent": How.KEEPS,
    "people/validation/tasks.py:CaseTasks._send": How.GATE,
    "people/validation/watching.py:Watch._look": How.OWN,
    "people/wallet/service.py:Wallets._row": How.OWN,
    "people/wallet/service.py:Wallets.card": How.OWN,
    "people/wallet/service.py:Wallets.cards": How.OWN,
    "people/wallet/service.py:Wallets.erase": How.KEEPS,
    "people/wallet/service.py:Wallets.look_at_request": How.OWN,
    "people/wallet/service.py:Wallets.remove": How.KEEPS,
    "people/wallet/service.py:Wallets.showings": How.OWN,
    "people/wallet/tasks.py:WalletTasks._answer": How.OWN,
    "people/wallet/tasks.py:WalletTasks._signed": How.OWN,
    "people/wallet/tasks.py:WalletTasks._vp_token": How.OWN,
    "trust/issuance/service.py:Issuance._by": How.OWN,
    "trust/issuance/service.py:Issuance._found": How.KEEPS,
    "trust/issuance/service.py:Issuance._tidy": How.KEEPS,
    "trust/issuance/service.py:Issuance.latest": How.KEEPS,
    "trust/issuance/service.py:Issuance.of_person": How.KEEPS,
    "trust/issuance/sign_ins.py:SignIns._asked": How.OWN,
    "trust/issuance/sign_ins.py:SignIns._offer": How.OWN,
    "trust/issuance/sign_ins.py:SignIns.redeemed": How.OWN,
    "trust/presentation/service.py:Presentations._answerable": How.KEEPS,
    "trust/presentation/service.py:Presentations._found": How.WALLET,
    "trust/presentation/service.py:Presentations._tidy": How.KEEPS,
    "trust/presentation/service.py:Presentations.latest": How.WALLET,
    "people/received/lines.py:<module>": How.KEEPS,
    "people/received/lines.py:ending_before": How.KEEPS,
    "people/received/lines.py:lines_about": How.ASKS,
    "people/received/lines.py:living_lines": How.ASKS,
    "people/received/lines.py:received_lines": How.ASKS,
    "people/received/service.py:Received._broken_off": How.KEEPS,
    "people/received/service.py:Received._end": How.KEEPS,
    "people/received/service.py:Received._in_state": How.KEEPS,
    "people/received/service.py:Received._share": How.ASKS,
    "people/received/service.py:Received._started": How.KEEPS,
    "people/received/service.py:Received.block_copies": How.KEEPS,
    "people/received/service.py:Received.delete_copies": How.KEEPS,
    "people/received/service.py:Received.listed": How.ASKS,
    "people/received/service.py:Received.of_subject": How.RIGHT,
    "people/holdings/service.py:Holdings.add_document": How.KEEPS,
    "people/holdings/service.py:Holdings.connections": How.REGISTER,
    "people/holdings/service.py:Holdings.documents_for": How.GATE,
    "people/holdings/service.py:Holdings.documents_of": How.RIGHT,
    "people/holdings/service.py:Holdings.held_for": How.REGISTER,
    "people/holdings/service.py:Holdings.knows": How.REGISTER,
    "people/holdings/service.py:Holdings.people": How.REGISTER,
    "people/holdings/service.py:Holdings.person": How.REGISTER,
    "people/profile/service.py:<module>": How.KEEPS,
    "people/profile/service.py:Profile.__init__": How.KEEPS,
    "people/profile/service.py:Profile._claims": How.OWN,
    "people/profile/service.py:Profile.held": How.OWN,
    "people/profile/service.py:Profile.said_only": How.OWN,
    "people/profile/service.py:Profile.keep": How.KEEPS,
    "people/profile/service.py:Profile.keep_only": How.KEEPS,
    "people/profile/service.py:Profile.occupations": How.OWN,
    "people/profile/service.py:Profile.readable": How.OWN,
    "people/profile/service.py:Profile.record": How.OWN,
    "people/profile/service.py:Profile.records": How.OWN,
    "people/profile/service.py:Profile.remove_record": How.KEEPS,
    "people/profile/service.py:Profile.skill_rows": How.ASKS,
    "people/plan/service.py:Plans.of": How.OWN,
    "people/plan/service.py:Plans.planning": How.ASKS,
    "people/sharing/service.py:Sharing.comment": How.KEEPS,
    "people/sharing/service.py:Sharing.comments_on": How.OWN,
    "people/statements/documents.py:Documents._etag": How.KEEPS,
    "people/statements/documents.py:Documents.delete": How.KEEPS,
    "people/statements/documents.py:Documents.get": How.TOOL,
    "people/statements/documents.py:Documents.listed": How.TOOL,
    "people/statements/documents.py:Documents.post": How.TOOL,
    "people/statements/documents.py:_around": How.KEEPS,
    "people/statements/finding.py:_attached": How.TOOL,
    "people/statements/finding.py:_first": How.TOOL,
    "people/statements/finding.py:_last_until": How.KEEPS,
    "people/statements/finding.py:find": How.TOOL,
    "people/statements/service.py:<module>": How.KEEPS,
    "people/statements/service.py:Statements._inherit": How.KEEPS,
    "people/statements/service.py:Statements._known": How.KEEPS,
    "people/statements/service.py:Statements._referring": How.KEEPS,
    "people/statements/service.py:Statements._void_and_inherit": How.KEEPS,
    "people/statements/service.py:Statements.deeds_of": How.GATE,
    "people/statements/service.py:Statements.page": How.TOOL,
    "people/stories/service.py:Stories._unwanted": How.OWN,
    "people/stories/service.py:Stories.answer": How.KEEPS,
    "people/stories/service.py:Stories.erase": How.KEEPS,
    "people/stories/service.py:Stories.of_person": How.OWN,
    "people/stories/service.py:Stories.story": How.OWN,
}
#: Readers that would give everything out, and the only files that may call them.
CALLERS = {
    "documents_for": {"people/holdings/source.py"},
    "documents_of": {"people/answers.py"},
    "deeds_of": {"people/statements/shelf.py"},
    "shelved": {"people/holdings/service.py"},
    "of_subject": {"market/oversight/room.py", "people/answers.py"},
    "received_lines": {"people/received/service.py"},
    "living_lines": {"people/received/service.py"},
    "lines_about": {"people/received/service.py"},
    "requests_of": {"people/validation/rights.py"},
    "skill_rows": {"insight/service.py"},
    "planning": {"node/spaces.py"},
}
#: Files that come about people lie on the bench of service chains; who opens one asks `Checks.may_use` or the gate.
BENCH = {
    "exchange/chains/moving.py:Moving._process": How.ASKS,
    "exchange/chains/moving.py:Moving._work_on": How.ASKS,
    "exchange/chains/moving.py:Moving._download": How.KEEPS,
    "exchange/chains/service.py:Chains._kept": How.KEEPS,
    "exchange/chains/service.py:Chains.result": How.ASKS,
    "exchange/chains/source.py:ChainSource._payload": How.GATE,
    "exchange/chains/telling.py:Telling._written": How.ASKS,
}
#: Tables without such data: what organisations say and agree on, who may do what, and the books about all of it.
_NAMED = """
account accreditation accreditation_list agent_decision agent_preference agent_setting agent_suggestion agreement birth
catalog_state chain chain_hop chain_part consent_audit consent_grant consent_holder consent_receipt consent_use contract
contract_bound_offering contract_offer contract_order contract_order_done contract_participation contract_version
correction crawled_catalog crawled_dataset crawled_reference credential_issuance credential_request data_arrival
data_source deletion_receipt ended_grant gathering govstack_client govstack_delegation grant_asked_again
guardian_concern held_contact held_grant held_number invitation issued_credential joint_agreement
journal_acknowledgement journal_chain journal_checkpoint journal_content journal_entry journal_fork journal_head
journal_look journal_witnessed kept_copy known_member known_record link link_attempt link_code link_letter link_line
link_question linked_subject mandate mandate_act mapping_proposal market_feed market_item matching_decision member
member_legal_identity membership_invitation negotiation negotiation_turn offering offering_audience offering_offer
org_chart outgoing_message own_program own_record own_taxonomy own_word passkey passkey_challenge peer_examination
policy_decision policy_use privacy_notice proven_identifier ranking_policy release_audit rights_case rights_part
rights_proof rights_reply rights_request rights_restriction seen_token session shown_nonce spent_use_token statistics
status_entry sts_client task transfer waiting_address wallet_credential wallet_intake wallet_nonce wallet_sign_in
wallet_waiting xapi_activity xapi_client
"""
OTHERS = frozenset(_NAMED.split())
COPIES = {
    "alert",
    "alert_standing",
    "received_profile",
    "record",
    "assertion",
    "held_person",
    "held_document",
    "story",
    "story_skill",
    "plan",
    "profile_choice",
    "share_comment",
    "xapi_attachment",
    "xapi_document",
    "xapi_mark",
    "xapi_statement",
    "partner_answer",
    "matching_remark",
    "validation_case",
    "validation_evidence",
    "validation_request",
    "wallet_card",
    "wallet_showing",
    "wallet_offer",
    "presentation_request",
}


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(SOURCE.rglob("*.py")):
        yield str(file.relative_to(SOURCE)), ast.parse(file.read_text(encoding="utf-8"))


TREES = dict(_trees())


def _module(path: str) -> str:
    return f"skillspace.{path.removesuffix('.py').replace('/', '.')}"


def _names_in(path: str, tree: ast.Module) -> set[str]:
    """How the tables are called in a file: as they are, under another name, or through the module of the store."""
    names = set(TABLES.get(path, ()))
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        for store, tables in TABLES.items():
            if node.module == _module(store):
                names |= {each.asname or each.name for each in node.names if each.name in tables}
            package, _, last = _module(store).rpartition(".")
            if node.module == package:
                stores = {each.asname or each.name for each in node.names if each.name == last}
                names |= {f"{each}.{table}" for each in stores for table in tables}
    return names


def _spelled(node: ast.AST) -> str:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def _reading(tree: ast.AST, names: set[str], where: tuple[str, ...] = ()) -> Iterator[str]:
    """The functions that name a table anywhere but in what writes to it."""
    for node in ast.iter_child_nodes(tree):
        here = (*where, node.name) if isinstance(node, ast.FunctionDef | ast.ClassDef) else where
        if _spelled(node) in names:
            yield ".".join(here) or "<module>"
        is_write = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
        if not is_write:
            yield from _reading(node, names, here)


def _found() -> set[str]:
    named = {path: _names_in(path, tree) for path, tree in TREES.items()}
    return {f"{path}:{where}" for path, names in named.items() if names for where in _reading(TREES[path], names)}


def _calls(tree: ast.AST) -> set[str]:
    return {
        getattr(node.func, "attr", "") or getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }


CALLED = {path: _calls(tree) for path, tree in TREES.items()}


def test_every_table_is_known_to_hold_copies_about_people_or_not() -> None:
    found = set(metadata.tables)
    assert found - COPIES - OTHERS == set(), "say of the new table whether people's data lie in it"
    assert found >= COPIES


def test_every_reader_of_copies_is_known_by_name_with_how_it_asks() -> None:
    found = _found()
    assert found - set(READERS) == set(), "a new reader of people's data: say how it asks what people stopped"
    assert set(READERS) - found == set(), "a reader that is gone"


def test_a_reader_somebody_adds_is_found() -> None:
    written = ast.parse(
        "from skillspace.people.received.store import received as shares\n"
        "from skillspace.people.profile import store\n"
        "def export(work):\n    return work.rows(sa.select(shares.c.profile))\n"
        "class Report:\n    def names(self, work):\n        return work.rows(sa.select(store.records))\n"
        "def end(work):\n    work.delete(shares, shares.c.grant_id == 1)\n"
    )
    names = _names_in("portal/pages/new.py", written)
    assert set(_reading(written, names)) == {"export", "Report.names"}


@pytest.mark.parametrize("name", CALLERS)
def test_what_gives_everything_out_is_called_from_where_it_is_bounded_alone(name: str) -> None:
    assert {path for path, called in CALLED.items() if name in called} == CALLERS[name]


def test_every_look_at_a_chains_files_is_known_by_name() -> None:
    found = set()
    for path, tree in TREES.items():
        if not path.startswith("exchange/chains/") or path.endswith("bench.py"):
            continue
        for holder in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            for method in (node for node in holder.body if isinstance(node, ast.FunctionDef)):
                if {"input", "output"} & {node.attr for node in ast.walk(method) if isinstance(node, ast.Attribute)}:
                    found.add(f"{path}:{holder.name}.{method.name}")
    assert found == set(BENCH)


def test_who_takes_in_everybody_has_to_say_whom_to_leave_out() -> None:
    for path, name in (
        ("people/profile/service.py", "skill_rows"),
        ("people/plan/service.py", "planning"),
        ("people/alerts/service.py", "due"),
    ):
        (method,) = (node for node in ast.walk(TREES[path]) if isinstance(node, ast.FunctionDef) and node.name == name)
        wanted = dict(zip(method.args.kwonlyargs, method.args.kw_defaults, strict=True))
        assert [each.arg for each, default in wanted.items() if default is None] == ["leave_out"]
