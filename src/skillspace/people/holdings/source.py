"""Where people's documents leave an organisation: through the release gate on every pull, and only what it released."""

from __future__ import annotations

import hashlib

from skillspace.exchange import Payload, PullRequest
from skillspace.kernel.errors import ConsentMissing
from skillspace.people.holdings.bundle import MEDIA_TYPE, write_bundle
from skillspace.people.holdings.service import Holdings
from skillspace.trust.consent import Gate
from skillspace.wire.jose import read_unverified


class HoldingsSource:
    """The data source of an organisation's personal offerings."""

    def __init__(self, *, gate: Gate, holdings: Holdings) -> None:
        self._gate = gate
        self._holdings = holdings

    def open(self, request: PullRequest) -> Payload:
        """Return the bundle a grant covers, or the one that goes on behind the place in the query (``after``).

        Raises the gate's reasons, and NotFound when nobody here is that subject.
        Reading and the gate's audit row are one transaction; nothing is read before the gate has opened.
        """
        if request.grant is None:
            raise ConsentMissing("People's records are released only with their consent; send it with the request.")
        asked = self._gate.opened(request.grant, request.consumer, request.dataset, request.agreement, request.transfer)
        with asked as (work, release):
            documents = self._holdings.documents_for(
                work,
                # The gate checked that this intermediary signed the grant; a pseudonym means somebody only with it.
                intermediary=str(read_unverified(request.grant)[1]["iss"]),
                subject=release.subject,
                dataset=release.dataset,
                kinds=release.kinds,
            )
            documents = [one for one in documents if release.covers(one.kind, one.id)]
        body = write_bundle(release.subject, documents, dict(request.query).get("after", ""))
        etag = hashlib.sha256(body).hexdigest()
        return Payload(media_type=MEDIA_TYPE, chunks=[body], etag=etag, headers={})
