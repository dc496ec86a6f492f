"""What a peer's message does to a transfer: who may send it, whether it fits, and what it leaves to be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.exchange.catalog import Catalog
from skillspace.exchange.messages import HTTP_PULL, HTTP_PUSH, ProcessMessage, read
from skillspace.exchange.negotiation import Negotiations
from skillspace.exchange.parties import PROVIDER
from skillspace.exchange.process import no_such
from skillspace.exchange.transfer import messages, store
from skillspace.exchange.transfer.machine import TransferState
from skillspace.exchange.transfer.model import Transfer
from skillspace.exchange.transfer.steps import Steps
from skillspace.kernel.errors import BadInput
from skillspace.kernel.ids import new_urn
from skillspace.storage.database import Work

Content = Mapping[str, Any]
_S = TransferState


class FormatNotSupported(BadInput):
    """This dataset is not offered in the format asked for."""


class NoSuchAgreement(BadInput):
    """There is no agreement of this id in force between you and this node."""


class Incoming:
    """Takes messages from authenticated peers. `peer` is a DID; only the one a transfer began with is heard.

    Raises NotFound for processes of others, BadInput for what does not fit, MoveNotAllowed for what comes at the
    wrong time. A message that was taken before is taken again without effect, until the transfer is over.
    """

    def __init__(self, *, catalog: Catalog, negotiations: Negotiations, steps: Steps) -> None:
        self._catalog = catalog
        self._negotiations = negotiations
        self._steps = steps

    def shown(self, work: Work, peer: str, pid: str) -> Transfer:
        """Return a transfer to its other party."""
        found = store.one(work, pid)
        if found is None or not found.shown_to(peer):
            raise no_such("transfer", pid)
        return found

    def request(self, work: Work, peer: str, version: str, content: Content) -> tuple[Transfer, bool]:
        """Open a transfer as provider; tell whether it is new."""
        asked = read(messages.TransferRequestMessage, content)
        known = store.of_peer(work, PROVIDER, peer, asked.consumer_pid)
        if known is not None:
            return known, False
        agreement = self._negotiations.agreement(work, asked.agreement, role=PROVIDER)
        if agreement is None or agreement.consumer != peer or not agreement.in_force:
            raise NoSuchAgreement()
        offering = self._catalog.offering(work, agreement.dataset)
        if offering is not None and asked.format not in offering.formats:
            offered = " or ".join(offering.formats)
            raise FormatNotSupported(f"{agreement.dataset} is offered as {offered}, not as {asked.format}.")
        address = self._address(asked)
        opened = store.add(
            work,
            Transfer(
                pid=new_urn(),
                role=PROVIDER,
                peer=peer,
                peer_pid=asked.consumer_pid,
                callback=asked.callback,
                version=version,
                agreement=agreement.id,
                dataset=agreement.dataset,
                format=asked.format,
                reference=None,
                address=address,
                token_hash=None,
                state=_S.REQUESTED,
                reason=None,
                made=work.now,
                changed=work.now,
            ),
        )
        self._steps.consider(work, opened)
        return opened, True

    def start(self, work: Work, peer: str, pid: str, content: Content) -> None:
        """Take a start: the provider's brings an address, the consumer's asks for a fresh one."""
        sent = read(messages.TransferStartMessage, content)
        found = self._about(work, peer, pid, sent)
        if found.role == PROVIDER:
            self._resumed_by_consumer(work, found)
            return
        address = sent.address.kept() if sent.address else None
        if found.state is not _S.STARTED:
            self._steps.consider(work, self._steps.received(work, found, "start", address=address))
        elif found.address is None and address is not None:
            # We resumed; now the provider sends the address that goes with it.
            self._steps.announce(work, store.change(work, found, address=address))
        elif address is not None and found.address != address:
            # The provider did not hear that its start arrived, and says it again with a fresh token.
            store.change(work, found, address=address)

    def suspension(self, work: Work, peer: str, pid: str, content: Content) -> None:
        """Take a suspension."""
        sent = read(messages.TransferSuspensionMessage, content)
        found = self._about(work, peer, pid, sent)
        if found.state is not _S.SUSPENDED:
            why = sent.why or "No reason was given."
            self._steps.consider(work, self._steps.received(work, found, "suspend", reason=why))

    def completion(self, work: Work, peer: str, pid: str, content: Content) -> None:
        """Take a completion."""
        found = self._about(work, peer, pid, read(messages.TransferCompletionMessage, content))
        if found.state is _S.SUSPENDED and self._steps.is_unheard(work, found):
            # It crossed our suspension: for the other side the transfer was still started.
            self._steps.arrive(work, found, _S.COMPLETED, reason=None)
            return
        self._steps.received(work, found, "complete", reason=None)

    def termination(self, work: Work, peer: str, pid: str, content: Content) -> None:
        """Take a termination."""
        sent = read(messages.TransferTerminationMessage, content)
        found = self._about(work, peer, pid, sent)
        why = sent.why or "No reason was given."
        self._steps.received(work, found, "terminate", reason=why)

    def _resumed_by_consumer(self, work: Work, found: Transfer) -> None:
        if found.state is _S.STARTED:
            return
        agreement = self._negotiations.agreement(work, found.agreement, role=PROVIDER)
        if agreement is None or not agreement.in_force:
            raise NoSuchAgreement()
        resumed = self._steps.received(work, found, "start", reason=None)
        self._steps.resumed(work, resumed)
        self._steps.consider(work, resumed)

    def _address(self, asked: messages.TransferRequestMessage) -> Mapping[str, str] | None:
        """Return where a push goes, None for a pull; raise FormatNotSupported, or BadInput for an unusable address."""
        if asked.format == HTTP_PULL:
            return None
        if asked.format != HTTP_PUSH:
            raise FormatNotSupported(f"Data go by {HTTP_PULL} or {HTTP_PUSH} here, not by {asked.format}.")
        address = asked.address.kept(needs_token=False) if asked.address else None
        if address is None:
            raise BadInput(f"{HTTP_PUSH} needs a dataAddress with the endpoint the data are sent to.")
        return address

    def _about(self, work: Work, peer: str, pid: str, sent: ProcessMessage) -> Transfer:
        """Return the process a message names, in its path and in both its pids."""
        found = store.one(work, pid)
        if found is None or found.peer != peer:
            raise no_such("transfer", pid)
        told = found.check_pids(sent.consumer_pid, sent.provider_pid)
        if told is None:
            return found
        if store.of_peer(work, found.role, peer, told) is not None:
            raise BadInput("The message names a process of yours that belongs to another transfer.")
        return store.change(work, found, peer_pid=told)
