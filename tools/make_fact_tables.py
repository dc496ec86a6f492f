"""Makes the small tables enrichment reads facts by: names of languages and countries, and of places.

``python tools/make_fact_tables.py DATA`` writes `spoken.csv` and `places.csv`. Names of languages and countries:
Unicode CLDR (through Babel); regions: NUTS 2021 (EU Publications Office); municipalities: SCB and INSEE.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale

from skillspace.skills.enrichment import detection

HERE = Path(detection.__file__).parent
READ = ("en", "fr", "de", "es", "sv", "fi", "nl", "da", "no", "it", "pt", "pl")
SPOKEN = (
    "en fr de es sv fi nl da no it pt pl ar bg bs ca cs cy et eu el fa ga gl he hi hr hu id is ja ko ku lb lt lv mk mt "
    "ro ru se sk sl so sq sr th tr uk ur vi zh"
)
COUNTRIES = (
    "AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV ME MK MT NL NO PL PT RO RS SE SI SK TR UA"
)
#: Names people use for a region of NUTS level 3 besides its own.
KNOWN_AS = {
    "FI1B1": "Helsinki Helsingfors Espoo Vantaa",
    "FI197": "Tampere Tammerfors",
    "FI1C1": "Turku Åbo",
    "FI1D9": "Oulu Uleåborg",
    "DK011": "København Copenhagen Kopenhagen",
    "DK042": "Aarhus Århus",
    "NL329": "Amsterdam",
    "NL33C": "Rotterdam",
    "NL310": "Utrecht",
    "DE212": "München Munich",
    "DEA23": "Köln Cologne",
    "AT130": "Wien Vienna Vienne",
    "SE232": "Gothenburg Göteborg",
    "PT170": "Lisboa Lisbon Lisbonne",
    "PT11A": "Porto",
    "ITC4C": "Milano Milan Mailand",
    "ITI43": "Roma Rome Rom",
    "PL911": "Warszawa Warsaw Warschau",
    "PL213": "Kraków Krakow Cracow",
    "BE100": "Bruxelles Brussel Brussels Brüssel",
    "ES300": "Madrid",
    "ES511": "Barcelona",
    "IE061": "Dublin",
    "NO081": "Oslo",
    "NO0A2": "Bergen",
    "CZ010": "Praha Prague Prag",
    "FI193": "Jyväskylä",
    "FI1C3": "Lahti",
    "FI1D2": "Kuopio",
    "FI1D3": "Joensuu",
    "FI196": "Pori",
    "FI195": "Vaasa Vasa",
    "FI1D7": "Rovaniemi",
    "FI1C5": "Lappeenranta",
    "FI1C2": "Hämeenlinna",
    "FI194": "Seinäjoki",
    "FI1C4": "Kouvola Kotka",
    "FI1D1": "Mikkeli",
    "DK013": "Hillerød Helsingør",
    "DK021": "Roskilde Køge",
    "DK022": "Næstved Slagelse",
    "DK031": "Odense",
    "DK032": "Esbjerg Kolding Vejle Sønderborg",
    "DK041": "Herning Viborg Holstebro",
    "DK050": "Aalborg Ålborg Hjørring",
    "NO020": "Lillehammer Hamar Gjøvik",
    "NO060": "Trondheim",
    "NO071": "Bodø Narvik",
    "NO074": "Tromsø Alta",
    "NO082": "Drammen Fredrikstad Sarpsborg",
    "NO091": "Skien Tønsberg Sandefjord",
    "NO092": "Kristiansand Arendal",
    "NO0A1": "Stavanger Sandnes Haugesund",
    "NO0A3": "Ålesund Molde",
    "NL226": "Nijmegen",
    "NL332": "Den_Haag",
    "NL411": "Breda",
    "NL412": "Tilburg",
    "NL414": "Eindhoven",
    "NL423": "Maastricht",
    "NL213": "Enschede",
    "NL211": "Zwolle",
    "PT111": "Viana_do_Castelo",
    "PT112": "Braga Barcelos",
    "PT119": "Guimarães",
    "PT150": "Faro Portimão",
    "PT16D": "Aveiro",
    "PT16E": "Coimbra",
    "PT16F": "Leiria",
    "PT16G": "Viseu",
    "PT187": "Évora",
    "PL22A": "Katowice",
    "PL229": "Gliwice",
    "PL224": "Częstochowa",
    "PL432": "Zielona_Góra",
    "PL524": "Opole",
    "PL613": "Bydgoszcz Toruń",
    "PL622": "Olsztyn",
    "PL633": "Gdańsk Gdynia Sopot",
    "PL721": "Kielce",
    "PL814": "Lublin",
    "PL823": "Rzeszów",
    "PL841": "Białystok",
    "PL921": "Radom",
    "ES213": "Bilbao Bilbo",
    "ES212": "San_Sebastián Donostia",
}
_TAILS = re.compile(r",.*$| \(.*\)$|/.*$| (?:län|megye|maakond)$")
_HEADS = re.compile(r"^(?:Miasto |Byen |Groot-|Agglomeratie |Área Metropolitana d[aeo] |Arr\. )")


def spoken() -> Iterator[list[str]]:
    """Give a row for each language or country: its code and its name in each language read."""
    yield ["code", *READ]
    locales = [Locale.parse("nb" if tag == "no" else tag) for tag in READ]
    for code in SPOKEN.split():
        yield [code, *(str(one.languages.get(code, "")) for one in locales)]
    for code in COUNTRIES.split():
        yield [code, *(str(one.territories.get(code, "")) for one in locales)]


def places(data: Path) -> Iterator[tuple[str, str]]:
    """Give (code, name), the largest first."""
    yield "code", "name"
    with (data / "territory" / "territory_nuts" / "nuts_codes_from_elm.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["level"]) > 0]
    known = {row["code"] for row in rows}
    for row in sorted(rows, key=lambda row: (int(row["level"]), row["code"])):
        name = _HEADS.sub("", _TAILS.sub("", row["name"].replace("’", "'"))).strip()
        if len(name) > 3 and not re.search(r"[Ee]xtra-?[Rr]egio|[\u0370-\u04ff]", name):
            yield row["code"], name
    for code, names in KNOWN_AS.items():
        if code in known:
            yield from ((code, name.replace("_", " ")) for name in names.split())
        else:
            print("not a region:", code)
    for name in ("municipalities_se.csv", "municipalities_fr.csv"):
        with (HERE.parents[1] / "market" / "territory" / name).open(encoding="utf-8", newline="") as file:
            yield from ((row["code"], row["name"]) for row in csv.DictReader(file))


def write(name: str, rows: Iterator[list[str]] | Iterator[tuple[str, str]]) -> None:
    """Write one table beside the code that reads it."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(dict.fromkeys(map(tuple, rows)))


if __name__ == "__main__":
    write("spoken.csv", spoken())
    write("places.csv", places(Path(sys.argv[1])))
