"""The European Union's own library judges what our issuers sign and our wallets show (SD-JWT VC, by DID and by x5c).

python -m tests.conformance.eudi.run JARS
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cryptography import x509

from skillspace.kernel.clock import now
from skillspace.kernel.errors import SkillspaceError
from skillspace.people.wallet.keys import did_of, key_of
from skillspace.records.achievement import Holder
from skillspace.records.credentials.selective import KeyBinding, bind, read_token, reveal, show
from skillspace.records.formats.issuing import Issuer
from skillspace.trust.issuance.model import BY_CERTIFICATE, BY_DID
from skillspace.trust.issuance.signing import Signing
from skillspace.wire.jose import SigningKey, read_unverified
from tests.certificates import Authority, authority, x5c
from tests.conformance.kit import Case, Report
from tests.conformance.programs import JAVA, found
from tests.unit.people.wallet.conftest import WELDING

VERSION = "0.10.0"
JUDGE = Path(__file__).with_name("Judge.java")
JUDGE_WITHIN_S = 120
HOST = "school.example"
DID = f"did:web:{HOST}"
CHALLENGE = {"aud": "x509_san_dns:yard.example", "nonce": "n-1"}


def run(jars: Path) -> Report:
    """Have credentials and presentations, good ones and spoilt ones, judged by the library in `jars`."""
    key, holder, thief = _key(), key_of(b"s" * 32, "card"), key_of(b"s" * 32, "another")
    relied_on, stranger = authority(at=now()), authority("Another Authority", at=now())
    below = authority("A Town's Authority", by=relied_on, at=now())
    by_did, certified = _signed(key, holder, below), _signed(key, holder, below, BY_CERTIFICATE)
    strange = _signed(key, holder, stranger, BY_CERTIFICATE)
    elsewhere = _signed(key, holder, below, BY_CERTIFICATE, host="elsewhere.example")
    forged = _signed(key, holder, below, BY_CERTIFICATE, signer=_key())
    shown = "What our wallet shows of it, one skill alone, is good for whoever asked"
    cases = [
        ("What our issuer signs by its DID is good", "did", by_did, None, True),
        (shown, "did", _shown(by_did, holder), CHALLENGE, True),
        ("What was shown for another request is not", "did", _shown(by_did, holder, "another"), CHALLENGE, False),
        ("What is shown with another key than the holder's is not", "did", _shown(by_did, thief), CHALLENGE, False),
        ("What another key than the issuer's signed is not", "did", _signed(_key(), holder, below), None, False),
        ("What has run out is not", "did", _signed(key, holder, below, ended=True), None, False),
        ("What our issuer signs by its certificate is good", "x5c", certified, None, True),
        (f"{shown}, too", "x5c", _shown(certified, holder), CHALLENGE, True),
        ("What a strange authority vouches for is not", "x5c", strange, None, False),
        ("What is certified for another host is not", "x5c", elsewhere, None, False),
        ("What another key than the certified one signed is not", "x5c", forged, None, False),
    ]
    lines = [
        "\t".join([known, token, *([json.dumps(challenge)] if challenge else [])])
        for _, known, token, challenge, _ in cases
    ]
    told = _judged(jars, key, relied_on.certificate, lines)
    return Report(
        title="EUDI",
        cases=tuple(
            Case(
                group="SD-JWT VC",
                id=f"{number:02d}",
                name=name,
                outcome="passed" if (said == "good") is is_good else "failed",
                reason=said[:600],
            )
            for number, ((name, *_, is_good), said) in enumerate(zip(cases, told, strict=True), start=1)
        ),
        expected=len(cases),
    )


def _key() -> SigningKey:
    return SigningKey.generate(f"{DID}#key-1")


def _signed(
    key: SigningKey,
    holder: SigningKey,
    by: Authority,
    name: str = BY_DID,
    *,
    host: str = HOST,
    signer: SigningKey | None = None,
    ended: bool = False,
) -> str:
    """A credential by its name, as an organisation signs it whose key an authority certified for a host."""
    at = now() - timedelta(days=10 if ended else 0)
    achievement = replace(WELDING, valid_until=(now() - timedelta(days=2)).date()) if ended else WELDING
    chain = tuple(x5c(by.give(key, hosts=[host], at=now())))
    issuer = Issuer(did=DID, name="Invented School", key=signer or key, chain=chain)
    bound = Holder(did=did_of(holder), jwk=holder.public_jwk())
    signing = Signing(issuer, address=f"https://{HOST}", base=f"https://{HOST}/openid4vci")
    return signing.written(achievement, name, bound, 7, at)


def _shown(credential: str, holder: SigningKey, nonce: str = CHALLENGE["nonce"]) -> str:
    token = read_token(credential)
    whole = reveal(read_unverified(token.issued)[1], token.disclosures)
    binding = KeyBinding(audience=CHALLENGE["aud"], nonce=nonce)
    return str(bind(show(token, whole, (("skills", 1),)), binding, holder, at=now(), algorithm=whole.algorithm))


def _judged(jars: Path, key: SigningKey, relied_on: x509.Certificate, lines: Sequence[str]) -> list[str]:
    """Return what the library says of each line; raise SkillspaceError when it does not judge them all."""
    public = {member: key.public_jwk()[member] for member in ("kty", "crv", "x", "y")}
    command = [found("java", JAVA), "-cp", f"{jars}/*", str(JUDGE)]
    asked = "\n".join([json.dumps(public), *x5c([relied_on]), *lines, ""])
    done = subprocess.run(
        command,
        input=asked,
        capture_output=True,
        text=True,
        timeout=JUDGE_WITHIN_S,
        check=False,
        start_new_session=True,
    )
    told = [line for line in done.stdout.splitlines() if line.startswith(("good", "bad "))]
    if len(told) != len(lines):
        raise SkillspaceError(f"The library judged {len(told)} of {len(lines)}. It said last:\n{done.stderr[-2000:]}")
    return told


if __name__ == "__main__":
    report = run(Path(sys.argv[1]))
    for case in report.cases:
        print(case.outcome, case.id, case.name, "::", case.reason)
    print(report.line)
    sys.exit(1 if report.failed else 0)
