"""Sample pages of wallets, a person's and the office's, keyed by a name for the screenshot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from skillspace.portal.views.common import Page, Place
from skillspace.portal.views.credentials import AskForm, AskLine, CredentialsPage, OfferLine
from skillspace.portal.views.wallet import (
    CardCandidate,
    CardLine,
    CardOfferPage,
    CardRequestPage,
    CardSignInPage,
    CardsPage,
    ComingLine,
    RequestLine,
    ShowChoice,
    WalletSignInPage,
)
from tests.gallery.content import NOW, TODAY, Words, office_chrome, person_chrome

SCHOOL = Place(name="Invented School of Crafts", is_verified=True)


def wallet_pages(t: Words) -> dict[str, Page]:
    """The cards, an offer, a request open and answered."""
    chrome = person_chrome(t, "you", "/you/cards")
    skills = tuple(
        t(*words)
        for words in (
            ("MIG welding (level 4)", "soudage MIG (niveau 4)", "MIG-svetsning (nivå 4)"),
            ("reading drawings (level 3)", "lecture de plans (niveau 3)", "läsa ritningar (nivå 3)"),
            ("TIG welding", "soudage TIG", "TIG-svetsning"),
        )
    )
    title = t("Welding, part two", "Soudage, deuxième partie", "Svetsning, del två")
    facts = (
        t(
            "Who gave it: Invented School of Crafts",
            "Qui l’a donné : Invented School of Crafts",
            "Vem som gav det: Invented School of Crafts",
        ),
        *skills,
    )
    problem = t(
        "This link offers no credential that can be taken in here.",
        "Ce lien n’offre aucune attestation qui puisse être prise ici.",
        "Den här länken erbjuder inget intyg som kan tas emot här.",
    )
    name, waits = "Invented Yard", t("waits for your answer", "attend votre réponse", "väntar på ditt svar")
    cards = CardsPage(
        chrome=chrome,
        cards=(
            CardLine(
                id="c1",
                code="eyJhbGciOiJFUzI1NiJ9." * 40,
                title=title,
                place=SCHOOL,
                facts=facts,
                until=TODAY + timedelta(days=900),
                record="/records/r1",
            ),
            CardLine(
                id="c2",
                title=t("First aid", "Premiers secours", "Första hjälpen"),
                place=Place(name="Red Lantern"),
                facts=facts[:1],
                record="/records/r2",
                problem=t(
                    "Who gave you the credential has taken it back.",
                    "Qui vous a donné l’attestation l’a reprise.",
                    "Den som gav dig intyget har tagit tillbaka det.",
                ),
            ),
        ),
        coming=(
            ComingLine(name="Invented University"),
            ComingLine(name="Old Academy", reason="x"),
            ComingLine(name="Invented Guild", reason="x", again="card-2"),
        ),
        requests=(
            RequestLine(id="r1", name=name, made=NOW, state=waits),
            RequestLine(
                id="r2", name="shop.example:8443", made=NOW, state=t("you said no", "vous avez dit non", "du sa nej")
            ),
        ),
    )
    candidate = CardCandidate(
        title=title,
        place=SCHOOL,
        always=facts[:1],
        choices=tuple(ShowChoice(value=str(at), words=each, is_chosen=at == 1) for at, each in enumerate(skills)),
    )
    request = CardRequestPage(
        chrome=chrome,
        id="r1",
        name=name,
        verifier="did:web:yard.example",
        is_signed=True,
        purpose=t(
            "Welders for the new dry dock",
            "Des soudeurs pour la nouvelle cale sèche",
            "Svetsare till den nya torrdockan",
        ),
        is_open=True,
        state=waits,
        questions=(
            (
                candidate,
                replace(candidate, title=t("Welding, part one", "Soudage, première partie", "Svetsning, del ett")),
            ),
        ),
    )
    refused = t(
        "This does not answer all that is asked for. Tick more, or say no.",
        "Cela ne répond pas à tout ce qui est demandé. Cochez davantage, ou dites non.",
        "Det här svarar inte på allt som efterfrågas. Kryssa för mer, eller säg nej.",
    )
    asked = WalletSignInPage(
        chrome=replace(chrome, viewer=None, room="", path="/"),
        title=title,
        wallet="space.example",
        client_id="did:web:space.example",
        request_uri="urn:ietf:params:oauth:request_uri:x",
        needs_pin=True,
    )
    return {
        "cards": cards,
        "cards-none": CardsPage(chrome=chrome),
        "cards-wrong": replace(cards, link="https://example.org", problem=problem),
        "card-offer": CardOfferPage(
            chrome=chrome,
            name=SCHOOL.name,
            address="https://school.example",
            title=title,
            link="openid-credential-offer://?x",
            needs_pin=True,
        ),
        "card-offer-sign-in": CardOfferPage(
            chrome=chrome,
            name=SCHOOL.name,
            address="https://school.example",
            title=title,
            link="openid-credential-offer://?x",
            needs_sign_in=True,
        ),
        "card-sign-in": CardSignInPage(
            chrome=chrome,
            name="school.example",
            place="https://school.example",
            address="https://school.example/openid4vci/authorize?client_id=x&request_uri=y",
        ),
        "wallet-sign-in": asked,
        "wallet-sign-in-wrong": replace(
            asked,
            problem=t(
                "The code is not the one that came with this offer.",
                "Ce code n’est pas celui de cette offre.",
                "Koden hör inte till det här erbjudandet.",
            ),
        ),
        "wallet-sign-in-done": replace(asked, back="https://space.example/you/cards/signed-in", is_allowed=True),
        "wallet-sign-in-no": replace(asked, back="https://space.example/you/cards/signed-in"),
        "card-request": request,
        "card-request-wrong": replace(
            request,
            problem=refused,
            authority="Invented Trust Services",
            verifier="yard.example",
            is_unchecked=True,
        ),
        "card-request-nothing": replace(request, is_signed=False, verifier="shop.example:8443", questions=((),)),
        "org-credentials": _office(t),
        "org-credentials-here": replace(
            _office(t), link="openid4vp://?client_id=x&request_uri=y", pin="", is_offer=False, is_here=True
        ),
        "org-credentials-wrong": replace(_office(t), link="", ask=_wrong(t)),
        "card-request-shown": replace(
            request,
            is_open=False,
            state=t("shown", "montré", "visat"),
            questions=(),
            told=((title, facts[:2]),),
            back="https://yard.example/applications?response_code=x",
        ),
    }


def _office(t: Words) -> CredentialsPage:
    title = t("Welding, part two", "Soudage, deuxième partie", "Svetsning, del två")
    back, revoke = t("Take it back", "La reprendre", "Ta tillbaka det"), t("Revoke it", "La révoquer", "Återkalla det")
    forget = t("Forget it now", "L’oublier maintenant", "Glöm det nu")
    facts = (t("MIG welding (level 4)", "soudage MIG (niveau 4)", "MIG-svetsning (nivå 4)"),)
    purpose = t(
        "Welders for the new dry dock", "Des soudeurs pour la nouvelle cale sèche", "Svetsare till den nya torrdockan"
    )
    return CredentialsPage(
        chrome=office_chrome(
            t,
            "credentials",
            "/org/credentials",
            ("overview", "offerings", "linked", "credentials", "rights", "log"),
            "school",
        ),
        offers=(
            OfferLine(
                id="o1",
                about="student-7",
                title=title,
                made=NOW,
                state=t("offered", "proposée", "erbjudet"),
                moves=(("withdraw", back),),
            ),
            OfferLine(
                id="o3",
                about="student-8",
                title=title,
                made=NOW,
                state=t("waits for your decision", "attend votre décision", "väntar på ert beslut"),
                moves=(("decide", t("Give it", "La donner", "Ge det")), ("withdraw", back)),
            ),
            OfferLine(
                id="o2",
                about="student-9",
                title=title,
                made=NOW,
                state=t("in their wallet", "dans leur portefeuille", "i deras plånbok"),
                moves=(("revoke", revoke),),
            ),
        ),
        asks=(
            AskLine(
                id="a1",
                purpose=purpose,
                made=NOW,
                state=t("shown", "montré", "visat"),
                shown=((SCHOOL.name, facts),),
                moves=(("forget", forget),),
            ),
            AskLine(id="a2", purpose=purpose, made=NOW, state=t("run out", "expirée", "har gått ut")),
        ),
        link="openid-credential-offer://?credential_offer=%7B%22credential_issuer%22%3A%22https%3A%2F%2Fschool.example%22%7D",
        pin="493536",
        has_certificate=True,
        is_certified=True,
    )


def _wrong(t: Words) -> AskForm:
    wrong = t(
        "A skill is not known by this name. Write it as ESCO does.",
        "Une compétence n’est pas connue sous ce nom. Écrivez-la comme ESCO.",
        "En kompetens är inte känd under det namnet. Skriv den som ESCO gör.",
    )
    return AskForm(purpose="Welders", skills="welding", problem=wrong)
