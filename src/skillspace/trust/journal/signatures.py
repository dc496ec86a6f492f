"""Which signed heads there are of a journal, whose word each is, and whether the signatures hold."""

from __future__ import annotations

from collections.abc import Mapping

from skillspace.kernel.errors import BadInput, InvalidSignature, SkillspaceError
from skillspace.records.credentials import KeyResolver
from skillspace.trust.journal.model import Acknowledgement, Checkpoint, Verdict, WitnessAnswer, Wrong
from skillspace.trust.journal.statements import check_signature, read_acknowledgement, read_checkpoint

#: For each number the hashes that were signed for it, and whose word each is.
Marks = dict[int, list[tuple[str, str]]]
OWN = "a checkpoint of this node"


class SignedHeads:
    """Collects the signed heads of one node's journal and checks each signature once."""

    def __init__(self, verdict: Verdict, resolve_key: KeyResolver) -> None:
        self.marks: Marks = {}
        self._verdict = verdict
        self._resolve_key = resolve_key
        self._keys: dict[tuple[str, str], Mapping[str, object] | SkillspaceError] = {}
        self._kept: set[int] = set()
        self._others: dict[int, str] = {}

    def own(self, token: str, number: int | None = None) -> None:
        """Take a checkpoint of the node itself; kept under a number, it must be the one it says."""
        try:
            found = read_checkpoint(token)
        except BadInput as fault:
            text = f"a checkpoint cannot be read: {fault.message}"
            self._verdict.find(Wrong.SIGNATURE, text, number=number)
            return
        if found.did != self._verdict.did or number not in (None, found.number):
            self._verdict.find(Wrong.SIGNATURE, "a checkpoint says something else than its row", number=number)
        self._kept.add(found.number)
        self._mark(found.number, found.hash, OWN)
        if self._holds(found, found.did, "a checkpoint"):
            self._verdict.proven_to = max(self._verdict.proven_to, found.number)

    def acknowledged(self, token: str, number: int | None = None, witness: str | None = None) -> None:
        """Take an acknowledgement the node was given; kept under a number and a witness, they must be what it says."""
        try:
            found = read_acknowledgement(token)
        except BadInput as fault:
            self._verdict.find(Wrong.SIGNATURE, f"an acknowledgement cannot be read: {fault.message}", number=number)
            return
        if number not in (None, found.number) or witness not in (None, found.witness):
            self._verdict.find(Wrong.SIGNATURE, "an acknowledgement says something else than its row", number=number)
        self._witness(found)

    def answered(self, answer: WitnessAnswer) -> None:
        """Take what a witness says it holds; its word counts, and so does this node's own signature in its hands."""
        for checkpoint, acknowledgement in answer.held:
            try:
                held, given = read_checkpoint(checkpoint), read_acknowledgement(acknowledgement)
            except BadInput as fault:
                self._verdict.note(f"{answer.witness} shows something that cannot be read: {fault.message}")
                continue
            same = (held.did, held.number, held.hash) == (given.did, given.number, given.hash)
            if not same or given.witness != answer.witness or held.did != self._verdict.did:
                self._verdict.note(f"{answer.witness} shows something that is not about this log.")
                continue
            self._mark(held.number, held.hash, f"a checkpoint {self._origin(held)} that {answer.witness} holds")
            self._witness(given)
        for token in answer.forks:
            self._fork(answer.witness, token)

    def close(self) -> None:
        """Look at them together: is one proven at all, and is each still kept that others signed for."""
        for number in sorted(self._others.keys() - self._kept):
            text = f"{self._others[number]} is about a checkpoint that is not kept any more"
            self._verdict.find(Wrong.CHECKPOINT, text, number=number)
        if not self._kept:
            self._verdict.note("No checkpoint was ever signed: a log that was written anew as a whole is not noticed.")
        elif not self._verdict.proven_to:
            text = "there are checkpoints, and none of them is signed with a key that counts"
            self._verdict.find(Wrong.UNSIGNED, text)

    def _origin(self, held: Checkpoint) -> str:
        """What a checkpoint in the hands of others proves: against its own signature a node can say nothing."""
        try:
            check_signature(held.token, held.did, self._key)
        except SkillspaceError:
            return "not provably of this node"
        return "signed by this node"

    def _fork(self, witness: str, token: str) -> None:
        try:
            found = read_checkpoint(token)
            check_signature(token, self._verdict.did, self._key)
        except SkillspaceError as fault:
            self._verdict.note(f"{witness} speaks of a fork that cannot be checked: {fault.message}")
            return
        if found.did == self._verdict.did:
            text = f"{witness} holds two checkpoints of this node that contradict each other"
            self._verdict.find(Wrong.FORKED, text, number=found.number)

    def _witness(self, found: Acknowledgement) -> None:
        if found.did != self._verdict.did or found.witness == found.did:
            self._verdict.find(Wrong.SIGNATURE, "an acknowledgement is not about this log", number=found.number)
            return
        self._others[found.number] = f"an acknowledgement of {found.witness}"
        self._mark(found.number, found.hash, f"an acknowledgement of {found.witness}")
        if self._holds(found, found.witness, f"an acknowledgement of {found.witness}"):
            self._verdict.witnessed_to = max(self._verdict.witnessed_to, found.number)

    def _mark(self, number: int, hashed: str, by: str) -> None:
        heads = self.marks.setdefault(number, [])
        if (hashed, by) not in heads:
            heads.append((hashed, by))

    def _holds(self, found: Checkpoint | Acknowledgement, signer: str, what: str) -> bool:
        """Whether a signature holds; a key that cannot be had leaves it unproven, a wrong signature is wrong."""
        try:
            check_signature(found.token, signer, self._key)
        except _NoKey as fault:
            self._verdict.note(f"The signature of {what} (entry {found.number}) is not checked: {fault.message}")
            return False
        except SkillspaceError as fault:
            self._verdict.find(Wrong.SIGNATURE, f"{what} is not signed: {fault.message}", number=found.number)
            return False
        return True

    def _key(self, did: str, kid: str) -> Mapping[str, object]:
        """A signer's key, or the fault of not having it; each is looked for once, also where nobody answers."""
        if (did, kid) not in self._keys:
            try:
                self._keys[did, kid] = self._resolve_key(did, kid)
            except SkillspaceError as fault:
                self._keys[did, kid] = fault
        kept = self._keys[did, kid]
        if isinstance(kept, SkillspaceError):
            raise _NoKey(kept.message)
        return kept


class _NoKey(InvalidSignature):
    """The signer's key cannot be had."""
