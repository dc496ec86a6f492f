"""Writes docs/conformance.md: what the kits and the foreign peers said, the same words for the same result."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from tests.conformance.kit import Case, Report

SIGNS = {"passed": "✔", "failed": "✘", "skipped": "–"}
_OPENING = """# Conformance

*Written by `make conformance`; every line below is a case of that run.*

The nodes are measured by programs that others wrote: the conformance kits of the Dataspace Protocol and of the
Decentralized Claims Protocol, Eclipse EDC as a peer, the library of the European Union's wallet, and a wallet made of
the libraries of the OpenWallet Foundation. All but the library speak over HTTP to a node that runs as it runs anywhere.

| what | version | passed | failed | skipped |
|---|---|--:|--:|--:|
"""
_NOTES = """
## How it is run

`make conformance` installs a Java 17 development kit with Maven, and node with npm, where they are missing (Debian, as
root), fetches the published modules named in `tests/conformance/*/pom.xml` and the packages locked in
`tests/conformance/wallet/package-lock.json` once, and needs nothing else.

1. The Dataspace Protocol kit runs against the connector it brings along: a fault of the kit or of this machine shows
   there first.
2. The same kit runs against a node (`tests/conformance/dsp/node.py`): our program with one decider replaced by a table
   of the moves each case expects. Its callers say who they are by the mock scheme.
3. The claims kit runs against a node as verifier, as credential service and as issuer (`tests/conformance/dcp`).
4. Eclipse EDC, control plane and data plane in one program, meets a node in both roles, in two versions of the protocol
   (`tests/conformance/edc`). Every scenario compares the bytes that arrive, or the state both sides report.
5. The library of the European Union's wallet judges what an issuer signs and a wallet shows (`tests/conformance/eudi`).
6. A foreign wallet meets the issuer and the verifier of an organisation, and a foreign issuer and verifier a person's
   wallet (`tests/conformance/wallet`). The protocols, the query, SD-JWT and JOSE are other people's there; only what
   puts them together is ours.

The kits never fail as programs: cases are counted here, and a case that did not run counts as failed. Skipped cases are
disabled in the kits themselves.

## Versions, and why these

- The kits are the modules at 1.0.0-RC6; the later bundles of the same cases (1.0.1 and 1.0.2) are not published as
  modules that can be fetched where this was run. The number of active cases is the same, 65 and 85.
- Eclipse EDC is 0.15.1: the newest that could be fetched, and the last that speaks 2024-1. 0.17.0 could not. It has no
  address for data that are pulled from it; `EdcPeer.java` adds one that asks EDC whether the token shown still counts.
- The European library (`eudi-lib-jvm-sdjwt-kt`) is 0.10.0, the newest that could be fetched. It knows an issuer by its
  DID or by its certificate (x5c), and refuses what names it by both; whether a chain leads to the authority that is
  relied on, Java's own path check tells it (PKIX). Its libraries for the protocols speak HTTPS alone, and so to no node
  of a test.
- The wallet is of `@openid4vc` 0.4.6 (OpenID4VCI, OpenID4VP and OAuth 2), `@sd-jwt` 0.19.0 (0.20.0 names a package that
  cannot be had), `dcql` 3.0.0 and `jose` 6.2. Of the first, two faults are stepped around and marked where they are: it
  forgets the `state` of a sign-in, and refuses the `notification_id` of a deferred answer.
"""


def written(reports: Sequence[tuple[str, Report]]) -> str:
    """Return the page for (version, report) pairs; nothing in it depends on when or where it was made."""
    lines = [_OPENING]
    for version, report in reports:
        skipped = sum(each.outcome == "skipped" for each in report.cases)
        lines.append(f"| {report.title} | {version} | {report.passed} | {report.failed} | {skipped} |\n")
    lines.append(_NOTES)
    for _, report in reports:
        lines += _section(report)
    return "".join(lines)


def _section(report: Report) -> list[str]:
    lines = [f"\n## {report.title}\n"]
    for group, found in groupby(report.cases, key=lambda each: each.group):
        cases = list(found)
        passed = sum(each.outcome == "passed" for each in cases)
        active = sum(each.outcome != "skipped" for each in cases)
        lines.append(f"\n### {group}: {passed} of {active}\n\n")
        lines += [_line(each) for each in cases]
    return lines


def _line(case: Case) -> str:
    # What a failing case said may name ports and identifiers of one run, and would change the page with each.
    more = f" ({case.reason})" if case.outcome == "skipped" else ""
    return f"- {SIGNS[case.outcome]} {case.id} {case.name}{more}\n"
