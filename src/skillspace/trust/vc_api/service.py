"""What the VC-API does: issue in this node's own name and no other, say what is good and why, take back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from skillspace.kernel.clock import Clock
from skillspace.kernel.errors import BadInput, SkillspaceError
from skillspace.records.credentials import VerifiedCredential
from skillspace.records.credentials.data_integrity import ASSERTION, AUTHENTICATION, JCS, RDFC, add_proof
from skillspace.records.credentials.data_model import check_credential, check_party
from skillspace.records.credentials.verdict import Verdict, judge, judge_presentation
from skillspace.records.formats import read_all
from skillspace.storage.database import Database, Work
from skillspace.trust.identity import DidResolver
from skillspace.trust.issuers import Matter
from skillspace.trust.status import CredentialRevoked, Register, StatusChecker
from skillspace.trust.verification import matter_of
from skillspace.wire.jsonld import canonize
from skillspace.wire.proof_key import ProofKey

Document = Mapping[str, object]


class VcApi:
    """Issues and checks credentials with proofs inside; `method` is the name of `key` under which `did` signs.

    Other issuers' lists are kept for minutes, as everywhere; our own is looked into as it is at that moment.
    """

    def __init__(
        self,
        *,
        did: str,
        method: str,
        key: ProofKey,
        resolver: DidResolver,
        register: Register,
        status: StatusChecker,
        database: Database,
        clock: Clock,
    ) -> None:
        self.did = did
        self._method = method
        self._key = key
        self._resolver = resolver
        self._register = register
        self._status = status
        self._database = database
        self._clock = clock

    def issue(self, work: Work, credential: Document, options: Document) -> dict[str, object]:
        """Return the credential with this node as its issuer, a place in its status list, and a proof.

        Whoever is named as issuer gives way to this node: nobody else's name can be signed here. `options` may name the
        `cryptosuite` and a `credentialId`. Raises BadInput when the credential breaks its data model's rules, uses
        words that its contexts do not define, or has a proof already.
        """
        if "proof" in credential:
            raise BadInput("The credential has a proof already; only unsigned ones are issued.")
        draft = {**credential, "issuer": self._issuer_of(credential)}
        if isinstance(options.get("credentialId"), str):
            draft.setdefault("id", options["credentialId"])
        if check_credential(draft, exact=True) == "2.0" and "credentialStatus" not in draft:
            draft["credentialStatus"] = self._register.allocate(work, "2.0")
        suite = options.get("cryptosuite", RDFC)
        if suite == JCS:
            canonize(draft)  # JCS signs words nobody defined, too; we do not
        return self._proven(draft, work, str(suite))

    def verify(self, credential: Document | str, options: Document) -> Verdict:
        """Say whether a credential, document or token, is good: form, signature, period and status.

        Calls its issuer: not in a transaction. Raises BadInput for an option that is no text.
        """
        return judge(
            credential,
            self._resolver.key,
            self._clock(),
            check_status=self._check_status,
            purpose=_text(options, "expectedProofPurpose") or ASSERTION,
            domain=_text(options, "domain"),
            challenge=_text(options, "challenge"),
        )

    def verify_presentation(self, presentation: Document, options: Document) -> Verdict:
        """Say whether a presentation and all that it shows is good. Calls issuers: not in a transaction."""
        return judge_presentation(
            presentation,
            self._resolver.key,
            self._clock(),
            resolve_holder_key=partial(self._resolver.key, purpose=AUTHENTICATION),
            check_status=self._check_status,
            domain=_text(options, "domain"),
            challenge=_text(options, "challenge"),
        )

    def matter(self, credential: VerifiedCredential) -> Matter:
        """Return for what its issuer's word is asked about: its types, and what it says in a format that is read."""
        try:
            records = read_all(credential.token.encode(), resolve_key=self._resolver.key, at=self._clock())
        except SkillspaceError:
            records = ()
        return matter_of(next(iter(records), None), credential)

    def revoke(self, work: Work, status: Document) -> None:
        """Take back the credential that has this credentialStatus, for good; raises BadInput and NotFound."""
        index = status.get("statusListIndex")
        if status.get("statusPurpose", "revocation") != "revocation":
            raise BadInput("Credentials can be revoked here, and nothing else.")
        if status.get("statusListCredential", self._register.address("2.0")) != self._register.address("2.0"):
            raise BadInput("This credential's status is in another list than ours.")
        if not isinstance(index, str) or not index.isascii() or not index.isdigit() or len(index) > 9:
            raise BadInput("Name the credential's place: statusListIndex, a whole number written as a text.")
        self._register.revoke(work, int(index))

    def status_list(self, work: Work) -> dict[str, object]:
        """Return the list of all that was taken back, as a credential with a proof."""
        return self._register.pages.of(work, RDFC, lambda: self._proven(self._register.credential(work), work, RDFC))

    def _check_status(self, credential: VerifiedCredential) -> None:
        """Look into our own list as it is now, and ask other issuers for theirs."""
        own = [entry for entry in credential.status if entry.address == self._register.address("2.0")]
        with self._database.reading() as work:
            if credential.issuer == self.did and any(self._register.is_revoked(work, entry.index) for entry in own):
                raise CredentialRevoked(f"{credential.issuer} has revoked the credential {credential.id}.")
        if len(own) < len(credential.status) or credential.issuer != self.did:
            self._status.check(credential)

    def _proven(self, document: Document, work: Work, suite: str) -> dict[str, object]:
        return add_proof(document, key=self._key, method=self._method, at=work.now, cryptosuite=suite)

    def _issuer_of(self, credential: Document) -> object:
        """Our name in the place of the one that is written, which must be well written all the same.

        An empty text names nobody: programs send it that were told no name for this issuer.
        """
        written = credential.get("issuer", "")
        who = written.get("id", "") if isinstance(written, Mapping) else written
        if who != "":
            check_party({"id": who}, "issuer")
        return {**written, "id": self.did} if isinstance(written, Mapping) else self.did


def _text(options: Document, name: str) -> str | None:
    value = options.get(name)
    if value is not None and not isinstance(value, str):
        raise BadInput(f"The option {name} must be a text.")
    return value
