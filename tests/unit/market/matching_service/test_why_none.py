"""Why no answer came is a code with words on the page, whatever another node said."""

from __future__ import annotations

import pytest

from skillspace.kernel.errors import (
    BadInput,
    Conflict,
    NotFound,
    PeerUnreachable,
    Refused,
    SkillspaceError,
    Unavailable,
)
from skillspace.market.matching_service import NoAnswer
from skillspace.market.matching_service.buying import NotAgreed, NothingToAsk, why_none
from skillspace.portal.pages.person.partners import NONE_CAME
from skillspace.trust.identity import PeerRefused


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (PeerUnreachable("down.example does not answer."), NoAnswer.SILENT),
        (Unavailable(), NoAnswer.SILENT),
        (PeerRefused("Wait.", status=429), NoAnswer.BUSY),
        (PeerRefused("<b>No.</b>", status=403), NoAnswer.REFUSED),
        (NotAgreed(), NoAnswer.NO_CONTRACT),
        (Refused(), NoAnswer.NOT_ALLOWED),
        (NotFound(), NoAnswer.NOT_ALLOWED),
        (NothingToAsk(), NoAnswer.NOTHING_TO_ASK),
        (Conflict(), NoAnswer.PAUSED),
        (BadInput("The answer cannot be read: matches."), NoAnswer.UNREADABLE),
    ],
)
def test_each_fault_has_its_code(fault: SkillspaceError, why: NoAnswer) -> None:
    assert why_none(fault) is why


def test_each_code_has_words() -> None:
    assert set(NONE_CAME) == set(NoAnswer)
