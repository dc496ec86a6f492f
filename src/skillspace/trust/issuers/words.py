"""Every line of an answer as a sentence for people, where the line is made; pages translate it, commands print it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from skillspace.trust.issuers.model import Line, Outcome, Source, Why


def N_(message: str) -> str:  # noqa: N802  gettext's own name for this mark
    """Mark `message` as a message id and leave it as it is."""
    return message


SOURCES: Mapping[Source, str] = {
    Source.DID: N_("Its own address"),
    Source.MEMBERSHIP: N_("The data space"),
    Source.GAIAX: N_("A Gaia-X clearing house"),
    Source.SEAL: N_("An electronic seal"),
    Source.CERTIFICATE: N_("A certificate"),
    Source.LISTED: N_("This organisation’s own list"),
    Source.ACCREDITATION: N_("Accreditation lists"),
}
#: What an answer says as a whole: who the issuer is, and whether it may vouch for this.
IDENTITY: Mapping[Outcome, str] = {
    Outcome.YES: N_("Who it is has been proven."),
    Outcome.NO: N_("Nothing proves who it is."),
    Outcome.UNKNOWN: N_("It is not known who it is."),
    Outcome.UNREACHABLE: N_("Who it is could not be checked just now."),
}
ACCREDITATION: Mapping[Outcome, str] = {
    Outcome.YES: N_("It is accredited for this."),
    Outcome.NO: N_("Nobody whose word counts here says that it is accredited for this."),
    Outcome.UNKNOWN: N_("Whether it is accredited for this is not known."),
    Outcome.UNREACHABLE: N_("Whether it is accredited for this could not be checked just now."),
}
#: One word for a line's outcome.
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.YES: N_("yes"),
    Outcome.NO: N_("no"),
    Outcome.UNKNOWN: N_("not known"),
    Outcome.UNREACHABLE: N_("not reached"),
}
SENTENCES: Mapping[Why, str] = {
    Why.CONTROLS: N_("Its keys stand at %(detail)s, so it is whoever runs that address."),
    Why.NO_DOCUMENT: N_("There are no keys of it at %(detail)s."),
    Why.NO_KEY: N_("What stands at %(detail)s names no key to sign with."),
    Why.KEY_ALONE: N_("It is a key and nothing else: the same one signed, and nobody knows who that is."),
    Why.NOT_A_DID: N_("It is named in a way that nobody can prove."),
    Why.NOT_ASKED: N_("Nobody has looked yet."),
    Why.NOT_LATELY: N_("Nobody has looked at %(detail)s for a while."),
    Why.SILENT: N_("%(detail)s did not answer."),
    Why.MEMBER: N_("%(by)s has it among its members, as %(detail)s."),
    Why.NO_MEMBER: N_("%(by)s does not have it among its members."),
    Why.COPY_OLD: N_("Who is a member of %(by)s has not been heard for a while."),
    Why.NO_LIST: N_("No list of members has come here."),
    Why.LEGAL: N_("%(by)s confirmed who it is by law: %(detail)s."),
    Why.LEGAL_ENDED: N_("What %(by)s had confirmed of it ran out."),
    Why.LEGAL_FAILED: N_("What it showed of a clearing house does not hold."),
    Why.NO_LEGAL: N_("No word of a clearing house has come here."),
    Why.SEALED: N_("%(detail)s sealed it, with a certificate from %(by)s, on whom this organisation relies."),
    Why.SEALED_UNCHECKED: N_(
        "%(detail)s sealed it, with a certificate from %(by)s, on whom this organisation relies. Whether the "
        "certificate was taken back was not checked."
    ),
    Why.SEAL_REVOKED: N_("The seal fits and names %(detail)s, but its certificate from %(by)s was taken back."),
    Why.SEALED_UNKNOWN: N_("The seal fits and names %(detail)s, by a certificate of %(by)s, whom nobody here knows."),
    Why.SEAL_ENDED: N_("The seal fits and names %(detail)s, but its certificate from %(by)s is not good on this day."),
    Why.CERTIFIED: N_("%(by)s, on whom this organisation relies, certified that it is %(detail)s."),
    Why.CERTIFIED_UNCHECKED: N_(
        "%(by)s, on whom this organisation relies, certified that it is %(detail)s. Whether the certificate was taken "
        "back was not checked."
    ),
    Why.CERTIFICATE_REVOKED: N_("The certificate that %(by)s gave %(detail)s was taken back, or one above it."),
    Why.CERTIFICATE_ENDED: N_("The certificate that %(by)s gave %(detail)s ran out."),
    Why.LISTED: N_("It stands there, for this."),
    Why.LISTED_OTHERWISE: N_("It stands there, but for other things."),
    Why.NOT_LISTED: N_("It does not stand there."),
    Why.ACCREDITED: N_("%(by)s says that it is accredited for this: %(detail)s."),
    Why.ACCREDITED_OTHERWISE: N_("%(by)s says that it is accredited for something else: %(detail)s."),
    Why.ACCREDITED_PERHAPS: N_(
        "%(by)s says that it is accredited within limits, and not all of this is shown to lie within: %(detail)s."
    ),
    Why.ACCREDITATION_ENDED: N_("What %(by)s said of it ran out."),
    Why.ACCREDITATION_LATER: N_("What %(by)s says of it does not count yet."),
    Why.NO_ACCREDITATION: N_("No list that counts here names it."),
}


def sentence(line: Line, translate: Callable[[str], str] = str) -> str:
    """Return why a line says what it says; `translate` takes a sentence of this module to the reader's language."""
    return translate(SENTENCES[line.why]) % {"by": line.by, "detail": line.detail}
