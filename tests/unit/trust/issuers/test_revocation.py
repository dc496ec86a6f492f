"""A certificate that was taken back seals nothing; only who gave it out, or whom they named, says so or denies it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import example, given
from hypothesis import strategies as st

from skillspace.trust.issuers import Outcome, Why
from skillspace.trust.issuers.revocation import Revocation, Words, standing_of
from skillspace.trust.issuers.seals import read_seal
from skillspace.trust.issuers.stapling import stapled
from tests.conftest import NOON
from tests.unit.trust.issuers.revoking import DAY, answer, answerer, carrying, crl
from tests.unit.trust.issuers.sealing import YEAR, authority, organisation, sealed

HOUSE = authority()
SCHOOL = organisation(HOUSE)
OTHER_SCHOOL = organisation(HOUSE)
#: The same name and another key: whoever calls themselves like the authority.
NAMESAKE = authority(number=2)
STRANGER = authority("Somebody Else", 2)
OWN = SCHOOL.certificate


def by_crl(*lists: bytes) -> Revocation:
    return standing_of(OWN, HOUSE.certificate, Words(crls=lists), NOON)


def by_answer(*answers: bytes) -> Revocation:
    return standing_of(OWN, HOUSE.certificate, Words(answers=answers), NOON)


def scope(**more: object) -> tuple[x509.ExtensionType, bool]:
    facts = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**(facts | more)), True  # type: ignore[arg-type]


def test_a_list_of_the_authority_says_who_was_taken_back_and_who_was_not() -> None:
    assert by_crl(crl(HOUSE)) is Revocation.STANDS
    assert by_crl(crl(HOUSE, OTHER_SCHOOL.certificate)) is Revocation.STANDS
    assert by_crl(crl(HOUSE, OWN)) is Revocation.REVOKED
    assert by_crl(crl(HOUSE), crl(HOUSE, OWN)) is Revocation.REVOKED, "of two words the worse one counts"
    assert by_crl() is Revocation.UNCHECKED


def test_a_list_that_has_run_out_frees_nobody_and_still_condemns() -> None:
    old = NOON - 10 * DAY
    assert by_crl(crl(HOUSE, at=old)) is Revocation.UNCHECKED
    assert by_crl(crl(HOUSE, OWN, at=old)) is Revocation.REVOKED
    # What was only put on hold may have been let go since.
    assert by_crl(crl(HOUSE, OWN, at=old, reason=x509.ReasonFlags.certificate_hold)) is Revocation.UNCHECKED
    assert by_crl(crl(HOUSE, OWN, reason=x509.ReasonFlags.certificate_hold)) is Revocation.REVOKED


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_list_of_anybody_else_or_of_tomorrow_says_nothing(is_taken: bool) -> None:
    taken = (OWN,) if is_taken else ()
    for one in (
        crl(STRANGER, *taken),
        crl(NAMESAKE, *taken),
        crl(HOUSE, *taken, signer=STRANGER),
        crl(HOUSE, *taken, at=NOON + 5 * DAY),
        crl(HOUSE, *taken)[:-3] + b"abc",
    ):
        assert by_crl(one) is Revocation.UNCHECKED


def test_a_list_about_some_certificates_only_says_nothing_of_others() -> None:
    elsewhere = [x509.UniformResourceIdentifier("http://house.example/part-2.crl")]
    for narrowed in (
        scope(only_contains_ca_certs=True),
        scope(indirect_crl=True),
        scope(only_contains_attribute_certs=True),
        scope(full_name=elsewhere),
        (x509.DeltaCRLIndicator(3), True),
        (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),
    ):
        assert by_crl(crl(HOUSE, extensions=[narrowed])) is Revocation.UNCHECKED
    some = frozenset({x509.ReasonFlags.key_compromise})
    assert by_crl(crl(HOUSE, extensions=[scope(only_some_reasons=some)])) is Revocation.UNCHECKED
    assert by_crl(crl(HOUSE, OWN, extensions=[scope(only_some_reasons=some)])) is Revocation.REVOKED
    assert by_crl(crl(HOUSE, extensions=[scope(only_contains_user_certs=True)])) is Revocation.STANDS
    assert by_crl(crl(HOUSE, extensions=[(x509.CRLNumber(4), False)])) is Revocation.STANDS


@pytest.mark.parametrize("by_key", [True, False])
def test_an_answer_of_the_authority_or_of_whom_it_named_for_that_counts(by_key: bool) -> None:
    named = answerer(HOUSE)
    along = (named.certificate,)
    assert by_answer(answer(OWN, HOUSE, by_key=by_key)) is Revocation.STANDS
    assert by_answer(answer(OWN, HOUSE, is_good=False, by_key=by_key)) is Revocation.REVOKED
    assert by_answer(answer(OWN, HOUSE, responder=named, along=along, by_key=by_key)) is Revocation.STANDS
    taken = answer(OWN, HOUSE, is_good=False, responder=named, along=along, by_key=by_key)
    assert by_answer(taken) is Revocation.REVOKED


@pytest.mark.parametrize("is_good", [True, False])
def test_an_answer_of_somebody_whom_nobody_named_says_nothing(is_good: bool) -> None:
    mail, ended, of_stranger = (
        answerer(HOUSE, is_for_answers=False),
        answerer(HOUSE, until=NOON - DAY),
        answerer(STRANGER),
    )
    for one in (mail, ended, of_stranger, SCHOOL, STRANGER):
        told = answer(OWN, HOUSE, is_good=is_good, responder=one, along=(one.certificate,))
        assert by_answer(told) is Revocation.UNCHECKED
    named = answerer(HOUSE)
    for told in (
        # Who signed it did not come along; it bears the name of the authority and another's signature.
        answer(OWN, HOUSE, is_good=is_good, responder=named),
        answer(OWN, HOUSE, is_good=is_good, responder=NAMESAKE),
        answer(OWN, HOUSE, is_good=is_good, responder=NAMESAKE, along=(HOUSE.certificate,)),
        answer(OWN, HOUSE, is_good=is_good)[:-3] + b"abc",
    ):
        assert by_answer(told) is Revocation.UNCHECKED


def test_an_answer_about_another_certificate_says_nothing() -> None:
    assert by_answer(answer(OTHER_SCHOOL.certificate, HOUSE)) is Revocation.UNCHECKED
    # The same number, given out by somebody else.
    assert by_answer(answer(OWN, HOUSE, issuer=STRANGER)) is Revocation.UNCHECKED
    assert by_answer(answer(OWN, HOUSE, issuer=NAMESAKE)) is Revocation.UNCHECKED


def test_an_answer_that_has_run_out_frees_nobody_and_still_condemns() -> None:
    old = NOON - 10 * DAY
    assert by_answer(answer(OWN, HOUSE, at=old)) is Revocation.UNCHECKED
    assert by_answer(answer(OWN, HOUSE, at=old, is_good=False)) is Revocation.REVOKED
    hold = x509.ReasonFlags.certificate_hold
    assert by_answer(answer(OWN, HOUSE, at=old, is_good=False, reason=hold)) is Revocation.UNCHECKED
    assert by_answer(answer(OWN, HOUSE, at=NOON + 5 * DAY)) is Revocation.UNCHECKED
    assert by_answer(answer(OWN, HOUSE, lasts=None)) is Revocation.STANDS
    assert by_answer(answer(OWN, HOUSE, at=NOON - 2 * DAY, lasts=None)) is Revocation.UNCHECKED


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 255))
@example(b"", 8, 0)  # a list of a version that there is not
def test_junk_is_no_word_and_no_crash(junk: bytes, place: int, byte: int) -> None:
    list_, told = bytearray(crl_of_house), bytearray(answer_of_house)
    for changed in (list_, told):
        changed[place % len(changed)] = byte
    words = Words(crls=(junk, bytes(list_)), answers=(junk, bytes(told)))
    assert standing_of(OWN, HOUSE.certificate, words, NOON) in (Revocation.UNCHECKED, Revocation.STANDS)


crl_of_house, answer_of_house = crl(HOUSE), answer(OWN, HOUSE)


@pytest.mark.parametrize("is_hidden", [True, False])
def test_a_seal_is_worth_what_it_carries_along(is_hidden: bool) -> None:
    def read(*, crls: tuple[bytes, ...] = (), answers: tuple[bytes, ...] = ()) -> tuple[Outcome, Why]:
        document = carrying(sealed(SCHOOL), crls=crls, answers=answers)
        if is_hidden:
            (seal,) = document["signatures"]  # type: ignore[misc]
            seal["header"]["etsiU"] = [
                base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode()
                for each in seal["header"]["etsiU"]
            ]
        line = read_seal(document, [HOUSE.certificate], NOON).line(NOON)
        return line.outcome, line.why

    assert read() == (Outcome.YES, Why.SEALED_UNCHECKED)
    assert read(crls=(crl(HOUSE),)) == (Outcome.YES, Why.SEALED)
    assert read(answers=(answer(OWN, HOUSE),)) == (Outcome.YES, Why.SEALED)
    assert read(crls=(crl(HOUSE, OWN),)) == (Outcome.NO, Why.SEAL_REVOKED)
    assert read(crls=(crl(HOUSE),), answers=(answer(OWN, HOUSE, is_good=False),)) == (Outcome.NO, Why.SEAL_REVOKED)
    assert read(crls=(crl(STRANGER, OWN),)) == (Outcome.YES, Why.SEALED_UNCHECKED)


def test_of_a_chain_every_certificate_must_stand_and_certificates_between_may_come_along() -> None:
    between = organisation(HOUSE, number=2, is_authority=True, until=NOON + YEAR / 2)
    school = organisation(between)
    lists = {"house": crl(HOUSE), "between": crl(between)}

    def read(**more: bytes) -> Revocation:
        told = carrying(sealed(school), crls=[*(lists | more).values()], certificates=[between.certificate])
        seal = read_seal(told, [HOUSE.certificate], NOON)
        assert seal.is_known
        return seal.revocation

    assert read() is Revocation.STANDS
    assert read(house=crl(HOUSE, between.certificate)) is Revocation.REVOKED
    assert read(between=crl(between, school.certificate)) is Revocation.REVOKED
    assert read(house=b"") is Revocation.UNCHECKED


def test_where_what_came_along_does_not_tell_who_gave_it_out_is_asked_and_no_more_than_that() -> None:
    asked: list[int] = []

    def ask(one: x509.Certificate, by: x509.Certificate) -> list[Words]:
        asked.append(one.serial_number)
        assert by == HOUSE.certificate
        return [Words(answers=(b"junk",)), Words(crls=(crl(HOUSE, OWN),)), Words(crls=(b"never",))]

    document = sealed(SCHOOL)
    assert read_seal(document, [HOUSE.certificate], NOON, ask).revocation is Revocation.REVOKED
    assert asked == [OWN.serial_number]
    carried = carrying(document, crls=[crl(HOUSE)])
    assert read_seal(carried, [HOUSE.certificate], NOON, ask).revocation is Revocation.STANDS
    unknown = read_seal(document, [STRANGER.certificate], NOON, ask)
    assert (unknown.revocation, len(asked)) == (Revocation.UNCHECKED, 1), "of a stranger's certificate nobody is asked"


@given(
    st.recursive(
        st.none() | st.text(max_size=9) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["header", "etsiU", "rVals", "xVals", "crlVals", "ocspVals", "val", "x509Cert", "tstVD"]
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_is_carried_along_is_read_or_left_aside(thing: object) -> None:
    certificates, words = stapled({"header": {"etsiU": [thing]}} if not isinstance(thing, dict) else thing)
    assert certificates == []
    assert all(isinstance(each, bytes) for each in (*words.crls, *words.answers))


@pytest.mark.data
@pytest.mark.parametrize("name", ["Sample-CertOfPart-signed.jsonld", "Sample-MC-Annex1-signed.jsonld"])
def test_the_published_samples_carry_an_answer_of_whom_their_authority_named_which_counts_for_a_week(
    real_data: Path, name: str
) -> None:
    folder = real_data / "records" / "elm_v3" / "Credentials" / "JSON-LD Examples (ELM v3)"
    document = json.loads((folder / name).read_text(encoding="utf-8"))
    certificates, words = stapled(document["signatures"][0])
    assert (len(certificates), len(words.crls), len(words.answers)) == (4, 1, 1)
    gave = [one for one in certificates if "Qualified Certificates for eSeal," in one.subject.rfc4514_string()]
    (house,) = [one for one in gave if "Responder" not in one.subject.rfc4514_string()]
    for day, expected in ((1, Revocation.STANDS), (5, Revocation.UNCHECKED)):
        at = datetime(2023, 10, day, tzinfo=UTC)
        seal = read_seal(document, [house], at)
        assert (seal.is_known, seal.revocation) == (True, expected)
    # The list that came along is the time stamper's, and says nothing of the seal.
    (root,) = [one for one in certificates if one.subject == one.issuer]
    assert not read_seal(document, [root], datetime(2023, 10, 1, tzinfo=UTC)).is_known
