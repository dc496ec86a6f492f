"""Negotiations by hand: every turn with what it changed, counter-offers from a form or as JSON, agreeing and ending."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.exchange import NegotiationState
from skillspace.exchange.negotiation import store as contracts
from skillspace.exchange.odrl import rules_of, same_rules
from skillspace.exchange.outbox import outgoing
from skillspace.portal.i18n import translator
from skillspace.portal.pages.organisation.terms import changed_terms, side_by_side
from skillspace.portal.pages.organisation.terms_form import TermsImpossible, offered, terms_form, written_terms
from skillspace.storage.database import Work
from skillspace.trust.policy import offer_rules
from skillspace.trust.policy.templates import compose
from tests.unit.portal.pages.organisation.conftest import Office
from tests.unit.portal.pages.organisation.forms import send
from tests.unit.portal.pages.organisation.test_long_tables import negotiation

PATH = "/org/negotiations/urn:uuid:1"
ODD = {"leftOperand": "urn:x:mood", "operator": "eq", "rightOperand": "<good>"}


def offer(**rules: Any) -> dict[str, Any]:
    return {"@id": "urn:uuid:o", "@type": "Offer", "target": "school-record", **offer_rules(**rules)}


def talk(office: Office, *offers: dict[str, Any], **more: Any) -> None:
    """Leave a negotiation in which each side made offers in turn; the last one is the peer's."""

    def fill(work: Work) -> None:
        first = {"state": NegotiationState.REQUESTED, "offer": offers[0]} | more
        found = contracts.add(work, negotiation(work, 1, **first))
        for number, one in enumerate(offers[1:]):
            state = NegotiationState.OFFERED if number % 2 == 0 else NegotiationState.REQUESTED
            found = contracts.change(work, found, state=state, offer=one)
            party = "provider" if number % 2 == 0 else "consumer"
            contracts.add_turn(work, found, party, offer=one, reason=None)

    office.write(fill)


def now_stands(office: Office) -> Any:
    with office.rooms.database.reading() as work:
        return office.rooms.exchange.negotiations.negotiation(work, "urn:uuid:1")


def waiting(office: Office) -> list[str]:
    with office.rooms.database.reading() as work:
        return [row["action"] for row in work.rows(outgoing.select().order_by(outgoing.c.position))]


def test_every_turn_stands_in_order_with_what_its_offer_changed(office: Office) -> None:
    talk(office, offer(purposes=["guidance"], keep_days=90), offer(purposes=["recruitment"], keep_days=90))
    page = office.get(PATH)
    assert page.index("Requested") < page.index("Changed against the offer before") < page.index("Terms now")
    assert "Only for: guidance.</del>" in page
    assert "Only for: recruitment.</ins>" in page
    changed = page[page.index("Changed against") : page.index("As JSON, side by side")]
    assert "90 days" not in changed
    sides = page[page.index("As JSON, side by side") : page.index("Terms now")]
    assert "purpose#guidance&#34;</del>" in sides
    assert "purpose#recruitment&#34;</ins>" in sides


def test_a_counter_offer_from_the_form_changes_what_was_changed_and_nothing_else(office: Office) -> None:
    theirs = offer(purposes=["recruitment"], roles=["employer"], keep_days=90)
    theirs["permission"][0]["constraint"].append(ODD)
    talk(office, offer(purposes=["guidance"]), theirs)
    page = office.get(PATH)
    assert "These stay as they are" in page
    assert "urn:x:mood" in page
    assert "<good>" not in page
    status, where = send(office, PATH, "counter", purpose__purposes=["guidance", "orientation"])
    assert (status, where) == (303, f"{PATH}?done=moved")
    found = now_stands(office)
    assert found.state is NegotiationState.REQUESTED
    wanted = offer_rules(purposes=["guidance", "orientation"], roles=["employer"], keep_days=90)
    constraints = found.offer["permission"][0]["constraint"]
    assert ODD in constraints
    constraints.remove(ODD)
    assert same_rules(found.offer, wanted | {"permission": [{"action": "use", "constraint": constraints}]})
    assert {json.dumps(one) for one in constraints} == {
        json.dumps(one)
        for one in wanted["permission"][0]["constraint"]  # type: ignore[index]
    }
    assert waiting(office) == ["request"]
    assert "Operator Exempel · Fjällverk Exempel AB" in office.get(PATH)
    assert "Counter-offer made" in office.get("/org/log")


def test_rules_are_added_and_dropped_in_the_form(office: Office) -> None:
    talk(office, offer(purposes=["guidance"]), offer(purposes=["guidance"], keep_days=90))
    more = {"count.times": "5", "until.until": "2030-06-30"}
    status, _ = send(office, PATH, "counter", rule=["purpose", "count", "until"], **more)
    assert status == 303
    page = office.get(PATH)
    assert "at most 5 times" in page
    assert "30 June 2030" in page
    assert "obligation" not in now_stands(office).offer


def test_terms_nobody_could_meet_are_not_sent(office: Office) -> None:
    talk(office, offer(purposes=["guidance"]), offer(purposes=["guidance"]))
    more = {"from.from": "2030-01-02", "until.until": "2030-01-01"}
    status, page = send(office, PATH, "counter", rule=["purpose", "from", "until"], **more)
    assert status == 400
    assert 'role="alert"' in page
    status, page = send(office, PATH, "counter", rule=["purpose", "count"])
    assert status == 400
    assert "“A number of times” needs a value that can be used." in page
    assert waiting(office) == []


def test_a_counter_offer_can_be_written_as_json_and_is_kept_when_it_cannot_be_read(office: Office) -> None:
    talk(office, offer(purposes=["guidance"]), offer(purposes=["guidance"]))
    for text in ('{"permission": [}', "[]", '{"permission": [{"action": 1}]}', "{}"):
        status, page = send(office, PATH, "counter", number=1, rules=text)
        assert status == 400, text
        assert "These terms cannot be read as a policy" in page
    assert (
        "[{&#34;action&#34;: 1}]" in send(office, PATH, "counter", number=1, rules='{"permission": [{"action": 1}]}')[1]
    )
    ours = offer_rules(purposes=["guidance"], keep_days=10)
    assert send(office, PATH, "counter", number=1, rules=json.dumps(ours))[0] == 303
    assert rules_of(now_stands(office).offer) == ours


def test_a_provider_agrees_or_ends_by_hand(office: Office) -> None:
    talk(office, offer(purposes=["guidance"]), role="provider")
    page = office.get(PATH)
    assert "Agree</button>" in page
    assert "Accept the offer" not in page
    assert send(office, PATH, "agree")[0] == 303
    assert now_stands(office).state is NegotiationState.AGREED
    assert waiting(office) == ["agreement"]
    assert send(office, PATH, "terminate", why="We changed our mind")[0] == 303
    page = office.get(PATH)
    assert "We changed our mind" in page
    assert "Your move" not in page


def test_a_counter_offer_to_what_we_proposed_waits_for_a_person(office: Office) -> None:
    talk(office, offer(purposes=["guidance"]), role="provider", opened_by="provider")
    assert "Lycée Jean Exemple answers your offer of “school-record” with other terms" in office.get("/org")


def test_a_move_that_is_not_open_is_refused(office: Office) -> None:
    talk(office, offer(purposes=["guidance"]))
    for move in ("accept", "agree"):
        answer = office.clients["operator"].post(PATH, data={"csrf": office.csrf("operator"), "do": move})
        assert answer.status_code == 409, move
    assert "Make a counter-offer" not in office.get(PATH)


class Filled:
    """A visit that brings back a form as it was shown."""

    def __init__(self, policy: dict[str, Any]) -> None:
        self.words = translator("en")
        form = terms_form(policy, self.words)
        rules = [rule for group in form.groups for rule in group.rules]
        self.sent: dict[str, list[str]] = {"rule": [rule.id for rule in rules if rule.is_chosen]}
        for field in (field for rule in rules for field in rule.fields):
            if field.choices:
                self.sent[field.name] = [one.value for one in field.choices if one.is_chosen]
                self.sent[f"{field.name}.more"] = [field.value]
            else:
                self.sent[field.name] = [field.value]

    def field(self, name: str, default: str = "") -> str:
        return (self.sent.get(name) or [default])[-1]

    def fields(self, name: str) -> list[str]:
        return self.sent.get(name, [])


VALUES = {
    "moment": st.datetimes().map(lambda at: at.replace(year=2030).isoformat()),
    "duration": st.integers(1, 900).map(lambda days: f"P{days}D") | st.just("PT36H"),
    "whole": st.integers(1, 99).map(str),
    "amount": st.integers(1, 99).map(lambda cents: f"{cents}.50"),
    "currency": st.just("SEK"),
    "party": st.just("did:web:school.example"),
    "level": st.just("assessed"),
    "words:purposes": st.sets(st.sampled_from(["guidance", "research", "urn:x:y"]), min_size=1).map(list),
    "words:places": st.sets(st.sampled_from(["SE", "FRE1"]), min_size=1).map(list),
    "words:sectors": st.just(["C"]),
}


def usual(kind: str) -> st.SearchStrategy[Any]:
    return VALUES.get(kind, st.sets(st.sampled_from(["school", "text/csv", "sv", "pricing"]), min_size=1).map(list))


CHOSEN = st.lists(st.sampled_from(offered()), unique_by=lambda one: one.id, max_size=6).flatmap(
    lambda some: st.tuples(
        *(
            st.tuples(
                st.just(one.id), st.fixed_dictionaries({name: usual(kind) for name, kind in one.parameters.items()})
            )
            for one in some
        )
    )
)


@settings(deadline=None)
@given(CHOSEN)
def test_a_form_sent_back_as_it_was_shown_changes_no_rule(chosen: Any) -> None:
    policy = compose(chosen)
    visit: Any = Filled(policy)
    try:
        rules = written_terms(visit, policy)
    except TermsImpossible:
        return  # terms that contradict each other are refused, changed or not
    assert same_rules(rules, policy)
    assert changed_terms(policy, rules, visit.words) == ()


@given(
    st.sampled_from([{}, offer(purposes=["a"]), offer(purposes=["b"], keep_days=3)]),
    st.sampled_from([{}, offer(purposes=["a"])]),
)
def test_side_by_side_loses_no_line_of_either(before: dict[str, Any], now: dict[str, Any]) -> None:
    rows = side_by_side(before, now)
    if rows:
        assert json.loads("".join(row.before for row in rows)) == rules_of(before)
        assert json.loads("".join(row.after for row in rows)) == rules_of(now)
    else:
        assert rules_of(before) == rules_of(now)
