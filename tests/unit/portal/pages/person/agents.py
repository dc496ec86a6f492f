"""Short ways to tell somebody's agent something in the browser, and to let an organisation ask."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from skillspace.people.accounts import Account
from skillspace.portal.rooms import Spaces
from skillspace.trust.agent import Decided, Preference
from skillspace.trust.consent import Grant, subject_for
from tests.unit.portal.pages.person.conftest import AGENCY, Browser, House

#: Another use each time: the same one, while it waits, is not asked twice.
NUMBER = count()
ALWAYS = "Always show my skills to Invented Agency for guidance, for 30 days."


def spaces_of(house: House) -> Spaces:
    spaces = house.node.rooms.spaces
    assert spaces is not None
    return spaces


def tell(browser: Browser, words: str = ALWAYS) -> str:
    """Tell the agent something it understands; return the wish's identifier."""
    answer = browser.post("/you/agent", {"words": words})
    assert answer.status_code == 303, answer.text[-900:]
    return answer.headers["location"].rpartition("/")[2]


def move(browser: Browser, wish: str, step: str) -> str:
    answer = browser.post(f"/you/agent/wishes/{wish}/{step}")
    return answer.headers.get("location", str(answer.status_code))


def wishes(house: House, person: Account | None = None) -> list[Preference]:
    with house.node.database.reading() as work:
        return spaces_of(house).agent.preferences.of_person(work, (person or house.alva).id)


def asked(house: House, *kinds: str, person: Account | None = None, **changes: Any) -> Grant:
    """Let the agency ask, and the agent hear of it; return what became of the ask."""
    spaces, who = spaces_of(house), person or house.alva
    with house.node.database.writing() as work:
        facts: dict[str, Any] = {
            "person": who.id,
            "subject": subject_for(who.secret, AGENCY),
            "provider": house.node.rooms.did,
            "provider_name": "Invented Space",
            "recipient": AGENCY,
            "recipient_name": "Invented Agency",
            "dataset": f"profile-{next(NUMBER)}",
            "purpose": "guidance",
            "kinds": kinds or ("skills",),
            "until": work.now + timedelta(days=9),
            "agreement": "urn:uuid:a1",
            "why": "",
        }
        made = spaces.consents.ask(work, **(facts | changes))
        spaces.agent.agent.on_ask(work, made)
        return spaces.consents.find(work, made.id)


def decision(house: House, grant: Grant) -> Decided:
    with house.node.database.reading() as work:
        found = spaces_of(house).agent.agent.decision_on(work, grant.id)
    assert found is not None
    return found
