"""Who a European digital credential is about, read and written: name, birth, citizenship, and how to reach them.

The model has one place for a whole address; so that its parts are told apart again, the city stands besides as the
place's name and the postcode as an identifier of the address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skillspace.records.formats.credentials import elm_terms as terms
from skillspace.records.formats.credentials.addresses import is_iri
from skillspace.records.formats.credentials.elm_shapes import Address
from skillspace.records.formats.credentials.elm_shapes import Person as Subject
from skillspace.records.formats.writing import given_and_family, present
from skillspace.records.life import Link, Person

_POSTCODE = "postcode"
_DAY = len("2000-01-31")
Object = Mapping[str, object]


def person_in(subject: Subject) -> Person | None:
    """Who the credential is about, where it says more than an identifier."""
    given, family = (words.text if words else None for words in (subject.given_name, subject.family_name))
    whole = subject.full_name.text if subject.full_name else " ".join(part for part in (given, family) if part)
    mail = (each.id for contact in subject.contact_point for each in contact.email_address if each.id)
    phones = (each.phone_number for contact in subject.contact_point for each in contact.phone if each.phone_number)
    pages = [*subject.homepage, *(each for contact in subject.contact_point for each in contact.contact_form)]
    notes = [
        (each.is_on(terms.HEADLINE), each.note_literal.text) for each in subject.additional_note if each.note_literal
    ]
    city = next((place.geographic_name.text for place in subject.location if place.geographic_name), None)
    street, postcode, region, country = _address(subject, city)
    found = Person(
        name=whole or None, given=given, family=family,
        birth=subject.date_of_birth.isoformat() if subject.date_of_birth else None,
        nationality=next((found for each in subject.citizenship_country if (found := each.country())), None),
        headline=next((words for is_headline, words in notes if is_headline), None),
        summary="\n".join(words for is_headline, words in notes if not is_headline) or None,
        emails=tuple(address.removeprefix("mailto:") for address in mail), phones=tuple(phones),
        links=tuple(Link(url=each.content_url, label=each.title.text if each.title else None)
                    for each in pages if each.content_url),
        street=street, postcode=postcode, city=city, region=region, country=country,
    )  # fmt: skip
    return found if found != Person() else None


def written(person: Person, identifier: str | None, claims: Sequence[Object]) -> Object:
    """The person as the subject of a credential, with what they achieved."""
    given, family = given_and_family(person)
    names = {"givenName": given, "familyName": family, "fullName": person.name}
    number = {"type": "Identifier", "notation": identifier}
    is_address, nation = is_iri(identifier), person.nationality
    notes = [
        terms.note(words, about)
        for words, about in ((person.headline, terms.HEADLINE), (person.summary, None))
        if words
    ]
    return present(
        id=identifier if is_address else None, type="Person",
        identifier=number if identifier and not is_address else None,
        **{name: terms.worded(said) for name, said in names.items() if said},
        dateOfBirth=f"{person.birth}T00:00:00Z" if person.birth and len(person.birth) == _DAY else None,
        citizenshipCountry=terms.country(nation, is_quoted=True) if terms.is_country(nation) else None,
        location=_location(person), contactPoint=_contact(person),
        homepage=[_page(link) for link in person.links if is_iri(link.url)],
        additionalNote=notes, hasClaim=claims,
    )  # fmt: skip


def _contact(person: Person) -> Object | None:
    mail = [{"id": f"mailto:{email}", "type": "Mailbox"} for email in person.emails if is_iri(f"mailto:{email}")]
    phones = [{"type": "Phone", "phoneNumber": phone} for phone in person.phones if phone]
    found = present(emailAddress=mail, phone=phones)
    return {"type": "ContactPoint", **found} if found else None


def _page(link: Link) -> Object:
    title = terms.worded(link.label) if link.label else None
    return present(type="WebResource", contentURL=link.url, title=title)


def _location(person: Person) -> Object | None:
    """Where they live; a country that the list does not have is left out, for a place has one name only."""
    city = _city(person.postcode, person.city)
    lines = [person.street, city, person.region if city else None]
    number = {"type": "Identifier", "notation": person.postcode, "schemeName": _POSTCODE}
    home, theirs = terms.country(person.country), terms.country(person.nationality)
    is_quoted = home["id"] != theirs["id"] or person.country == person.nationality
    if not any(lines) and not terms.is_country(person.country):
        return None
    address = present(
        type="Address", countryCode=terms.country(person.country, is_quoted=is_quoted),
        fullAddress=terms.note("\n".join(line for line in lines if line)) if any(lines) else None,
        identifier=number if person.postcode else None,
    )  # fmt: skip
    return present(type="Location", address=address, geographicName=terms.worded(person.city) if person.city else None)


def _address(subject: Subject, city: str | None) -> tuple[str | None, str | None, str | None, str | None]:
    """(street, postcode, region, country): what stands before the line of the city, and what after it."""
    found = [
        *(address for place in subject.location for address in place.address),
        *(address for contact in subject.contact_point for address in contact.address),
    ]
    spatial = [term for place in subject.location for term in place.spatial]
    codes = (*(term for address in found for term in address.country_code), *spatial)
    country = next((words for term in codes if (words := term.country())), None)
    home = next((each for each in found if each.full_address), Address())
    numbers = (each for address in found for each in address.identifier if each.scheme_name == _POSTCODE)
    postcode = next((each.notation for each in numbers if each.notation), None)
    lines = [line for each in home.full_address[:1] if each.note_literal for line in each.note_literal.text.split("\n")]
    middle = lines.index(line) if (line := _city(postcode, city)) in lines else len(lines)
    street, region = ("\n".join(part) or None for part in (lines[:middle], lines[middle + 1 :]))
    return street, postcode, region, country


def _city(postcode: str | None, city: str | None) -> str:
    return " ".join(part for part in (postcode, city) if part)
