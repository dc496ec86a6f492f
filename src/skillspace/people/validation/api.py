"""The wire of validation: organisations are asked here, and people's spaces hear of each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Header

from skillspace.people.validation.cases import Validations
from skillspace.people.validation.desk import ValidationDesk
from skillspace.people.validation.messages import Asking, Steps
from skillspace.trust.identity import Peer

Authorization = Annotated[str | None, Header()]


def router(
    desk: ValidationDesk, validations: Validations | None, authenticate: Callable[[str | None], Peer]
) -> APIRouter:
    """Return the doors of an organisation that validates, and of the spaces whose people ask, where there are any."""
    routes = APIRouter(prefix="/people/validations", tags=["Validation"])

    @routes.post("", status_code=202)
    def ask(asking: Asking, authorization: Authorization = None) -> dict[str, str]:
        desk.receive(authenticate(authorization), asking)
        return {"case": asking.case}

    if validations is not None:

        @routes.post("/{case}/steps")
        def steps(case: str, told: Steps, authorization: Authorization = None) -> dict[str, str]:
            validations.hear(authenticate(authorization), case, told)
            return {"case": case}

    return routes
