"""The scenarios: what a node and Eclipse EDC do together. Each is one function whose first line is the case's name."""

from __future__ import annotations

import time
from collections.abc import Callable

from skillspace.exchange.messages import HTTP_PUSH
from tests.conformance.edc.peer import listed
from tests.conformance.edc.stage import (
    OUR_CONTENT,
    OUR_ID,
    OURS,
    THEIR_CONTENT,
    Stage,
    expect_refusal,
    pulled,
    until,
)

NEGOTIATIONS, TRANSFERS = "contractnegotiations", "transferprocesses"
#: Not what either side publishes.
OTHER_RULES = {"permission": [{"action": "use"}, {"action": "use"}]}


def we_provide_catalog(stage: Stage) -> None:
    """EDC reads our catalog: the offer, and both ways of transfer."""
    found = stage.our_catalog()[OURS]
    formats = {each["format"] for each in found["distribution"]}
    assert formats == {"HttpData-PULL", "HttpData-PUSH"}, found


def we_provide_agreement(stage: Stage) -> None:
    """EDC negotiates our offer to the end; both hold the same agreement."""
    theirs = stage.edc.agreement(stage.negotiate_ours())
    ours = stage.look(lambda work: stage.node.exchange.negotiations.agreement(work, theirs["agreementId"]))
    assert ours is not None
    assert ours.in_force
    assert (ours.provider, ours.consumer) == (OUR_ID, stage.edc.did)
    assert (theirs["providerId"], theirs["consumerId"], theirs["assetId"]) == (OUR_ID, stage.edc.did, OURS)


def we_provide_states(stage: Stage) -> None:
    """Asked over the protocol, both name the same state of a negotiation and of a transfer."""
    name, path = stage.negotiate_ours(), _path()
    pid = _pull(stage, name, path)
    ours = stage.until_theirs(pid, "STARTED")
    assert stage.state_at(stage.our_base, "transfers", ours.pid, asked_by=stage.edc.did) == "STARTED"
    negotiated = next(each for each in stage.edc.negotiations() if each.get("contractAgreementId") == name)
    our_pid = stage.ours(negotiated["@id"]).pid
    assert stage.state_at(stage.our_base, "negotiations", our_pid, asked_by=stage.edc.did) == "FINALIZED"


def we_provide_pull(stage: Stage) -> None:
    """EDC asks for a pull; what its address and token bring is our data, byte by byte."""
    path = _path()
    pid = _pull(stage, stage.negotiate_ours(), path)
    stage.until_theirs(pid, "STARTED")
    assert pulled(stage.address_told(path, 1)).content == OUR_CONTENT


def we_provide_push(stage: Stage) -> None:
    """EDC asks for a push; its sink holds our data, byte by byte, and both say completed."""
    path = _path()
    sink = {"@type": "DataAddress", "type": "HttpData", "baseUrl": stage.place.address + path}
    name = stage.negotiate_ours()
    at = (OUR_ID, stage.our_base, stage.version)
    pid = stage.edc.transfer(*at, name, kind="HttpData-PUSH", dataDestination=sink)
    stage.until_theirs(pid, "COMPLETED")
    assert b"".join(stage.place.posted[path]) == OUR_CONTENT


def we_provide_they_pause(stage: Stage) -> None:
    """EDC suspends: its token opens nothing. EDC resumes: a new one does."""
    path = _path()
    pid = _pull(stage, stage.negotiate_ours(), path)
    stage.until_theirs(pid, "STARTED")
    first = stage.address_told(path, 1)
    stage.edc.move(TRANSFERS, pid, "suspend", reason="a pause")
    stage.until_theirs(pid, "SUSPENDED")
    assert pulled(first).status_code == 403
    stage.edc.move(TRANSFERS, pid, "resume")
    stage.until_theirs(pid, "STARTED")
    assert pulled(stage.address_told(path, 2)).content == OUR_CONTENT
    assert pulled(first).status_code == 403


def we_provide_we_pause(stage: Stage) -> None:
    """We suspend and resume: EDC follows, and gets a new address that brings our data."""
    path = _path()
    pid = _pull(stage, stage.negotiate_ours(), path)
    ours = stage.until_theirs(pid, "STARTED")
    first = stage.address_told(path, 1)
    stage.do(lambda work: stage.node.exchange.transfers.suspend(work, ours.pid, "a pause"))
    assert pulled(first).status_code == 403
    stage.until_theirs(pid, "SUSPENDED")
    stage.do(lambda work: stage.node.exchange.transfers.resume(work, ours.pid))
    stage.until_theirs(pid, "STARTED")
    assert pulled(stage.address_told(path, 2)).content == OUR_CONTENT


def we_provide_they_end(stage: Stage) -> None:
    """EDC terminates a transfer: we follow, and its token opens nothing."""
    path = _path()
    pid = _pull(stage, stage.negotiate_ours(), path)
    stage.until_theirs(pid, "STARTED")
    stage.edc.move(TRANSFERS, pid, "terminate", reason="enough")
    stage.until_theirs(pid, "TERMINATED")
    assert pulled(stage.address_told(path, 1)).status_code == 403


def we_provide_we_end(stage: Stage) -> None:
    """We terminate a transfer: its token opens nothing at once, and EDC follows."""
    path = _path()
    pid = _pull(stage, stage.negotiate_ours(), path)
    ours = stage.until_theirs(pid, "STARTED")
    address = stage.address_told(path, 1)
    stage.do(lambda work: stage.node.exchange.transfers.terminate(work, ours.pid, "enough"))
    assert pulled(address).status_code == 403
    stage.until_theirs(pid, "TERMINATED")


def we_provide_they_stop_talks(stage: Stage) -> None:
    """EDC asks for other rules and has our counter-offer before it; it terminates, and we follow."""
    ours, theirs = _open_talks(stage)
    stage.edc.move(NEGOTIATIONS, theirs, "terminate", reason="changed our mind")
    assert stage.until_negotiated(ours).state == "TERMINATED"


def we_provide_we_stop_talks(stage: Stage) -> None:
    """EDC asks for other rules, we make a counter-offer, then terminate: EDC follows."""
    ours, _ = _open_talks(stage)
    stage.do(lambda work: stage.node.exchange.negotiations.terminate(work, ours, "not now"))
    assert stage.until_negotiated(ours).state == "TERMINATED"


def we_provide_unknown_offer(stage: Stage) -> None:
    """EDC asks for a dataset we do not offer: refused, and EDC ends it."""
    found = stage.our_catalog()[OURS]
    pid = stage.edc.negotiate(OUR_ID, stage.our_base, stage.version, {**found, "@id": "nothing-here"})
    until(lambda: stage.edc.negotiation(pid)["state"] == "TERMINATED")


def we_consume_catalog(stage: Stage) -> None:
    """We read EDC's catalog and find its offer."""
    assert stage.their_offer()["permission"] == [{"action": "use"}]


def we_consume_agreement(stage: Stage) -> None:
    """We negotiate EDC's offer to the end; both hold the same agreement, and name the same state when asked."""
    negotiated = stage.negotiate_theirs()
    assert negotiated.state == "FINALIZED", negotiated.reason
    theirs = stage.edc.negotiation(str(negotiated.peer_pid))
    assert stage.edc.agreement(theirs["contractAgreementId"])["agreementId"] == negotiated.agreement
    state = stage.state_at(stage.their_base, "negotiations", str(negotiated.peer_pid), asked_by=OUR_ID)
    assert state == "FINALIZED"


def we_consume_pull(stage: Stage) -> None:
    """We pull from EDC by the address it names: its data, byte by byte; we complete, and EDC follows."""
    pid = stage.request_theirs(stage.negotiate_theirs())
    stage.until_ours(pid, "STARTED")
    assert stage.download(pid) == THEIR_CONTENT
    stage.do(lambda work: stage.node.exchange.transfers.complete(work, pid))
    stage.until_ours(pid, "COMPLETED")


def we_consume_push(stage: Stage) -> None:
    """EDC's data plane pushes to our sink: its data, byte by byte, and both say completed."""
    pid = stage.request_theirs(stage.negotiate_theirs(), HTTP_PUSH)
    stage.until_ours(pid, "COMPLETED")
    sink = stage.node.exchange.dataplanes.sink
    file = until(lambda: stage.look(lambda work: sink.received(work, pid)))
    assert file.read_bytes() == THEIR_CONTENT


def we_consume_we_pause(stage: Stage) -> None:
    """We suspend: EDC's token stops. We resume: it names a new address that brings its data."""
    pid = stage.request_theirs(stage.negotiate_theirs())
    first = _address(stage, pid)
    stage.do(lambda work: stage.node.exchange.transfers.suspend(work, pid, "a pause"))
    stage.until_ours(pid, "SUSPENDED")
    until(lambda: pulled(first).status_code == 403)
    stage.do(lambda work: stage.node.exchange.transfers.resume(work, pid))
    stage.until_ours(pid, "STARTED")
    until(lambda: stage.transfer(pid).address)
    assert stage.download(pid) == THEIR_CONTENT


def we_consume_they_pause(stage: Stage) -> None:
    """EDC suspends and resumes: we follow, and its new address brings its data."""
    pid = stage.request_theirs(stage.negotiate_theirs())
    _address(stage, pid)
    their_pid = str(stage.transfer(pid).peer_pid)
    stage.edc.move(TRANSFERS, their_pid, "suspend", reason="a pause")
    stage.until_ours(pid, "SUSPENDED")
    assert expect_refusal(lambda: stage.download(pid)).http_status == 409
    stage.edc.move(TRANSFERS, their_pid, "resume")
    stage.until_ours(pid, "STARTED")
    assert stage.download(pid) == THEIR_CONTENT


def we_consume_we_end(stage: Stage) -> None:
    """We terminate a transfer: EDC follows, and its token opens nothing."""
    pid = stage.request_theirs(stage.negotiate_theirs())
    address = _address(stage, pid)
    stage.do(lambda work: stage.node.exchange.transfers.terminate(work, pid, "enough"))
    stage.until_ours(pid, "TERMINATED")
    until(lambda: pulled(address).status_code == 403)


def we_consume_they_end(stage: Stage) -> None:
    """EDC terminates a transfer: we follow."""
    pid = stage.request_theirs(stage.negotiate_theirs())
    _address(stage, pid)
    stage.edc.move(TRANSFERS, str(stage.transfer(pid).peer_pid), "terminate", reason="enough")
    stage.until_ours(pid, "TERMINATED")


def we_consume_wrong_rules(stage: Stage) -> None:
    """We ask under EDC's offer but with other rules: it agrees to its own, and we refuse what we did not ask for."""
    ended = stage.until_negotiated(stage.ask_theirs({**stage.their_offer(), **OTHER_RULES}).pid)
    assert ended.state == "TERMINATED"


def we_consume_unknown_offer(stage: Stage) -> None:
    """We ask under an offer EDC never made: it refuses, and we end it with its reason."""
    opened = stage.ask_theirs({**stage.their_offer(), "@id": "bm8=:bm8=:bm8="})
    # “Not found” may also mean “not yet”: it is asked again a few times before it is believed.
    ended = until(lambda: stage.when_over(opened.pid), within_s=60)
    assert ended.state == "TERMINATED"
    assert ended.reason


#: In the order in which they are told: ours first, then theirs.
SCENARIOS: tuple[Callable[[Stage], None], ...] = (
    we_provide_catalog,
    we_provide_agreement,
    we_provide_states,
    we_provide_pull,
    we_provide_push,
    we_provide_they_pause,
    we_provide_we_pause,
    we_provide_they_end,
    we_provide_we_end,
    we_provide_they_stop_talks,
    we_provide_we_stop_talks,
    we_provide_unknown_offer,
    we_consume_catalog,
    we_consume_agreement,
    we_consume_pull,
    we_consume_push,
    we_consume_we_pause,
    we_consume_they_pause,
    we_consume_we_end,
    we_consume_they_end,
    we_consume_wrong_rules,
    we_consume_unknown_offer,
)


def _path() -> str:
    return f"/told/{time.monotonic_ns()}"


def _pull(stage: Stage, agreement: str, path: str) -> str:
    """Have EDC ask for a pull and tell us, on a path of our web server, where it may pull from."""
    told = {
        "@type": "CallbackAddress",
        "uri": stage.place.address + path,
        "events": ["transfer.process.started"],
        "transactional": False,
    }
    return stage.edc.transfer(OUR_ID, stage.our_base, stage.version, agreement, callbackAddresses=[told])


def _open_talks(stage: Stage) -> tuple[str, str]:
    """Have EDC ask for other rules than we published, and wait for our counter-offer; return our pid and EDC's."""
    found = stage.our_catalog()[OURS]
    offer = {**listed(found["hasPolicy"])[0], **OTHER_RULES}
    theirs = stage.edc.negotiate(OUR_ID, stage.our_base, stage.version, {**found, "hasPolicy": offer})
    until(lambda: stage.edc.negotiation(theirs)["state"] == "OFFERED")
    return stage.ours(theirs).pid, theirs


def _address(stage: Stage, pid: str) -> tuple[str, str]:
    """Wait until one of our transfers is started; return where it is pulled from, and the token."""
    stage.until_ours(pid, "STARTED")
    address = until(lambda: stage.transfer(pid).address)
    return address["endpoint"], address["token"]
