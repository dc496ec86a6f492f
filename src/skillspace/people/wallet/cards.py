"""Cards: reading what an issuer gave, and what of a card a person may show or keep back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.people.wallet.keys import did_of
from skillspace.people.wallet.model import Candidate, Card, Choice, NotAnAnswer, Question
from skillspace.records.credentials import KeyResolver, present
from skillspace.records.credentials import verify as verify_plain
from skillspace.records.credentials.dcql import SELECTIVE, CredentialAsked, authorities_of
from skillspace.records.credentials.pointers import Place
from skillspace.records.credentials.selective import KeyBinding, Revealed, bind, read_token, reveal, show
from skillspace.records.credentials.selective import verify as verify_selective
from skillspace.wire.jose import SigningKey, read_unverified

#: What the token says about itself, which nobody needs to read.
_OF_THE_TOKEN = frozenset({"iss", "iat", "nbf", "exp", "cnf", "vct", "status"})
_LONGEST = 200


def read_card(token: str, format: str, *, key: SigningKey, resolve_key: KeyResolver, at: datetime) -> dict[str, Any]:
    """Check what an issuer gave for `key`, and return the columns of a card; may ask for the issuer's key.

    Raises BadInput when it is bound to another key, and what reading credentials raises.
    """
    if format == SELECTIVE:
        found = verify_selective(token, resolve_key, at)
        public = key.public_jwk()
        if found.holder_key != {name: public[name] for name in ("kty", "crv", "x", "y")}:
            raise BadInput("The credential is bound to another key than this wallet's.")
        claims = {name: value for name, value in found.claims.items() if name not in _OF_THE_TOKEN}
        issuer, types, expires = found.issuer, [found.vct], found.expires
        title, named = claims.get("title"), claims.get("issuer_name")
    else:
        plain = verify_plain(token, resolve_key, at)
        if plain.subject_id != did_of(key):
            raise BadInput("The credential is about another key than this wallet's.")
        claims, issuer, types, expires = dict(plain.credential), plain.issuer, list(plain.types), plain.expires
        said = claims.get("issuer")
        title, named = claims.get("name"), said.get("name") if isinstance(said, dict) else None
    return {
        "format": format,
        "types": types,
        "title": _words(title) or types[-1],
        "issuer": issuer,
        "issuer_name": _words(named) or issuer,
        "token": token,
        "claims": claims,
        "expires": expires,
    }


def question_of(asked: CredentialAsked, cards: list[Card], at: datetime) -> Question:
    """Return which cards could answer one question, and what of each would go."""
    found = [_candidate(asked, card) for card in cards if is_asked_for(asked, card) and _lives(card, at)]
    return Question(
        id=asked.id, is_multiple=asked.is_multiple, candidates=tuple(each for each in found if each is not None)
    )


def is_asked_for(asked: CredentialAsked, card: Card) -> bool:
    """Tell whether a card is of the kind that is asked for."""
    return asked.fits(card.format, card.types, authorities_of(card.token))


def shown_of(card: Card, asked: CredentialAsked, places: tuple[Place, ...]) -> dict[str, Any]:
    """Return the claims that a verifier would read when a person shows these places of a card, and no others.

    Raises NotAnAnswer for a place that was not asked for, or when what is left would not answer the question.
    """
    wanted = asked.wanted(card.claims)
    if wanted is None:
        raise NotAnAnswer(f"“{card.title}” does not hold what is asked for.")
    if card.format != SELECTIVE:
        return dict(card.claims)
    if unasked := [place for place in places if not any(place[: len(each)] == each for each in _around(card, wanted))]:
        raise NotAnAnswer(f"Nobody asked for {'/'.join(map(str, unasked[0]))[:100]} of “{card.title}”.")
    token = read_token(card.token)
    payload, whole = _revealed(card)
    chosen = show(token, whole, places)
    claims = reveal(payload, chosen.disclosures).claims
    if not asked.is_answered_by(claims):
        raise NotAnAnswer(f"What is left of “{card.title}” would not answer what is asked for.")
    return {name: value for name, value in claims.items() if name not in _OF_THE_TOKEN}


def presentation_of(card: Card, places: tuple[Place, ...], binding: KeyBinding, key: SigningKey, at: datetime) -> str:
    """Return what goes to the verifier: the card with these places alone, signed for this request."""
    if card.format != SELECTIVE:
        return present(
            [card.token], holder_key=key, holder_did=did_of(key), audience=binding.audience, nonce=binding.nonce, at=at
        )
    _, whole = _revealed(card)
    chosen = show(read_token(card.token), whole, places)
    return str(bind(chosen, binding, key, at=at, algorithm=whole.algorithm))


def _candidate(asked: CredentialAsked, card: Card) -> Candidate | None:
    wanted = asked.wanted(card.claims)
    if wanted is None:
        return None
    if card.format != SELECTIVE:
        return Candidate(card=card, choices=(), always=card.claims)
    payload, _ = _revealed(card)
    plain = reveal(payload, ()).claims
    always = {name: value for name, value in plain.items() if name not in _OF_THE_TOKEN and value not in ([], {})}
    choices = tuple(Choice(place=place, value=_at(card.claims, place)) for place in _around(card, wanted))
    return Candidate(card=card, choices=choices, always=always)


def _around(card: Card, wanted: list[Place]) -> list[Place]:
    """What a person says yes or no to: each wanted claim, or the smallest thing around it that can be kept back.

    Where one word of a skill was asked for that travels with the skill, the yes is to the skill.
    """
    _, whole = _revealed(card)
    concealed = {each.place for each in whole.placed}
    found: dict[Place, None] = {}
    for place in wanted:
        around = [place[:length] for length in range(len(place), 0, -1) if place[:length] in concealed]
        found[around[0] if around else place] = None
    return list(found)


def _revealed(card: Card) -> tuple[dict[str, object], Revealed]:
    token = read_token(card.token)
    _, payload = read_unverified(token.issued)
    return payload, reveal(payload, token.disclosures)


def _lives(card: Card, at: datetime) -> bool:
    return card.expires is None or at < card.expires


def _at(claims: Mapping[str, Any], place: Place) -> Any:
    value: Any = claims
    for step in place:
        value = value[step]
    return value


def _words(value: object) -> str | None:
    return value[:_LONGEST] if isinstance(value, str) and value.strip() else None
