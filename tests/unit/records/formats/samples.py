"""A small invented document of each format, for the tests that every format must pass."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

from skillspace.records.formats import FORMATS, WritingFormat
from skillspace.records.formats.suite import FULL

ACHIEVEMENT = {
    "vct": "urn:skillspace:achievement:1",
    "iss": "did:web:school.example",
    "issuer_name": "School of Example",
    "title": "Baking",
    "awarded": "2026-05-05",
    "skills": [{"label": "bake bread", "concept": "http://data.europa.eu/esco/skill/1", "level": "3"}],
}
PLAN = {
    "opiskeluoikeus-oid": "1.2.246.562.15.1",
    "oppija-oid": "1.2.246.562.24.1",
    "ensikertainen-hyvaksyminen": "2025-09-01",
    "aiemmin-hankitut-ammat-tutkinnon-osat": [{"tutkinnon-osa-koodi-uri": "tutkinnonosat_1"}],
    "hankittavat-paikalliset-tutkinnon-osat": [
        {"nimi": "Baking", "osaamisen-osoittaminen": [{"alku": "2026-01-10", "loppu": "2026-01-12"}]},
        {"nimi": "Only planned"},
    ],
}
ATTESTATION = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    "id": "https://body.example/1",
    "type": ["VerifiableCredential", "ProfessionalTrainingCredential"],
    "issuer": {"id": "https://body.example", "legalName": {"en": "Body of Bakers"}},
    "issuanceDate": "2024-12-01",
    "credentialSubject": {
        "id": "7",
        "givenName": "Elin",
        "familyName": "Example",
        "qualification": {
            "title": "Master baker",
            "level": {"eqfLevel": 6},
            "learningOutcomes": [{"category": "skills", "description": {"en": "Bakes rye bread"}}],
        },
    },
}
JOD = {
    "generalInfo": {
        "caption": {"en": "Baker"},
        "description": {"en": "Early riser"},
        "meta": {"lastModified": "2025-12-12T12:04:38Z"},
    },
    "employments": [
        {
            "title": {"en": "Baker"},
            "employer": {"en": "Bread Ltd"},
            "interval": {"startDate": "2020-01-01", "ongoing": True},
            "description": {
                "description": {"en": "Bread."},
                "occupations": [{"uri": "http://data.europa.eu/esco/occupation/1", "prefLabel": {"en": "baker"}}],
                "skills": [
                    {"uri": "http://data.europa.eu/esco/skill/1", "prefLabel": {"en": "bake bread", "sv": "baka bröd"}}
                ],
            },
        }
    ],
    "educations": [],
    "languageSkills": [{"code": "fi", "level": "L1"}, {"code": "sv", "level": "B1"}],
    "jobPreferenceDescription": {
        "skills": [{"uri": "http://data.europa.eu/esco/skill/9", "prefLabel": {"en": "wished for"}}]
    },
}
MAC = {
    "settings": {"language": "EN", "lastUpdate": "2024-02-28", "MACVersion": "0.5"},
    "aboutMe": {"profile": {"name": "Elin", "surnames": "Example", "title": "Baker", "birthday": "1990-02-03"}},
    "experience": {
        "jobs": [
            {
                "organization": {"name": "Bread Ltd", "URL": "https://bread.example"},
                "roles": [{"name": "Baker", "startDate": "2020-01-01", "competences": [{"name": "Kneading"}]}],
            }
        ]
    },
    "knowledge": {
        "hardSkills": [{"skill": {"name": "Rye"}, "level": "expert"}],
        "languages": [{"name": "SV", "fullName": "Swedish", "level": "Native"}],
    },
}
BADGE2 = {
    "@context": "https://w3id.org/openbadges/v2",
    "id": "https://badges.example/1",
    "type": "Assertion",
    "recipient": {"type": "email", "hashed": False, "identity": "elin@example.org"},
    "issuedOn": "2025-05-05T10:00:00Z",
    "verification": {"type": "hosted"},
    "badge": {
        "type": "BadgeClass",
        "id": "https://badges.example/class",
        "name": "Rye bread",
        "description": "Bakes rye bread",
        "criteria": {"narrative": "Three loaves."},
        "issuer": {"type": "Issuer", "id": "https://badges.example", "name": "Bread School"},
        "alignment": [{"targetName": "bake bread", "targetUrl": "http://data.europa.eu/esco/skill/1"}],
    },
}
FRAMEWORK = {"CFDocument": {"title": "Baking"}, "CFItems": [{"fullStatement": "Bakes"}], "CFAssociations": []}
KOSKI = {
    "henkilö": {"oid": "1.2.246.562.24.1"},
    "opiskeluoikeudet": [
        {
            "oppilaitos": {"oid": "1.2.246.562.10.1", "nimi": {"en": "School"}},
            "suoritukset": [
                {
                    "tyyppi": {"koodiarvo": "lukionoppimaara"},
                    "koulutusmoduuli": {"tunniste": {"koodiarvo": "309902", "nimi": {"en": "Upper secondary"}}},
                    "vahvistus": {"päivä": "2024-06-01"},
                }
            ],
        }
    ],
}
PROFILE = {
    "type": "AgencyProfile",
    "agency": {"name": "Agency"},
    "person": {"id": "p"},
    "updated": "2026-01-02",
    "skills": [{"label": "bake bread"}],
}
EMPLOYMENT = {
    "@context": ["https://www.w3.org/2018/credentials/v1", "https://schema.org"],
    "type": ["VerifiableCredential", "EmploymentCredential"],
    "issuanceDate": "2024-01-02T00:00:00Z",
    "credentialSubject": {
        "worksFor": {
            "type": "EmployeeRole",
            "roleName": "Baker",
            "startDate": "2020-01-02",
            "worksFor": {"type": "Organization", "name": "Bread Ltd"},
        }
    },
}
DIPLOMA = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000002",
    "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
    "issuer": {"id": "https://u.example", "legalName": {"en": "University of Example"}},
    "issuanceDate": "2024-01-02T00:00:00Z",
    "credentialSubject": {"hasClaim": [{"type": "LearningAchievement", "title": {"en": "Baking"}}]},
}
STATEMENT = {
    "actor": {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": "7"}},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
    "object": {"id": "https://lms.example/quiz/1", "definition": {"name": {"en": "Quiz"}}},
    "timestamp": "2026-01-02T10:00:00Z",
}
GRADEBOOK = (
    "First name,Last name,ID number,Email address,Quiz: Yeast (Real),Assignment: Rye (Percentage),"
    "Course total (Real),Last downloaded from this course\n"
    'Elin,Example,7,elin@example.org,8.50,"90,00 %",87.00,1760000000\n'
    "Nils,Example,8,nils@example.org,-,55 %,40.00,1760000000\n"
)

CREDENTIAL2 = """<?xml version="1.0" encoding="UTF-8"?>
<vp:verifiablePresentation xmlns="http://data.europa.eu/snb" xmlns:vp="http://data.europa.eu/snb/vp">
  <europassCredential id="urn:credential:1">
    <validFrom>2019-09-20T00:00:00+02:00</validFrom><issued>2022-08-09T15:53:56+02:00</issued>
    <issuer idref="urn:org:1"/><title><text lang="sv">Bagare</text><text lang="en">Baker</text></title>
    <credentialSubject id="urn:person:1">
      <fullName><text lang="en">Elin Example</text></fullName>
      <achievements><learningAchievement id="urn:a:1">
        <title><text lang="en">Baker's certificate</text></title>
        <specifiedBy idref="urn:s:1"/>
        <hasPart><learningAchievement id="urn:a:2">
          <title><text lang="en">Sourdough</text></title>
          <wasDerivedFrom><grade>A</grade></wasDerivedFrom>
          <specifiedBy idref="urn:s:2"/>
        </learningAchievement></hasPart>
      </learningAchievement></achievements>
    </credentialSubject>
    <learningSpecificationReferences>
      <qualification id="urn:s:1"><eqfLevel uri="http://data.europa.eu/snb/eqf/4"/></qualification>
      <learningSpecification id="urn:s:2"><hasECTSCreditPoints>5</hasECTSCreditPoints>
        <learningOutcomes><learningOutcome idref="urn:o:1"/></learningOutcomes></learningSpecification>
    </learningSpecificationReferences>
    <learningOutcomeReferences><learningOutcome id="urn:o:1"><prefLabel><text lang="en">Ferments</text></prefLabel>
      <relatedEscoSkill uri="http://data.europa.eu/esco/skill/1">
        <targetName>
      <text lang="en">bake bread</text></targetName></relatedEscoSkill></learningOutcome></learningOutcomeReferences>
    <agentReferences><organization id="urn:org:1"><registration>SE-1</registration>
      <prefLabel><text lang="en">Bread School</text></prefLabel></organization></agentReferences>
  </europassCredential>
</vp:verifiablePresentation>"""


def zipped(members: Mapping[str, str]) -> bytes:
    """An archive of texts."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in members.items():
            opened.writestr(zipfile.ZipInfo(name), text)
    return archive.getvalue()


LINKEDIN = zipped(
    {
        "Profile.csv": "First Name,Last Name,Headline,Summary,Websites\n"
        "Elin,Example,Baker,Bakes.,[PORTFOLIO:https://elin.example]\n",
        "Positions.csv": "Company Name,Title,Description,Location,Started On,Finished On\n"
        'Bread Ltd,Baker,"Rye, mostly",Visby,Jan 2020,\n',
        "Education.csv": "School Name,Start Date,End Date,Notes,Degree Name,Activities\n"
        "Bread School,2016,2019,,Baker,\n",
        "Skills.csv": "Name\nBaking\nRye\n",
        "Endorsement_Received_Info.csv": "Endorsement Date,Skill Name,Endorser First Name,Endorsement Status\n"
        "2024/01/01,Rye,A,ACCEPTED\n",
        "Languages.csv": "Name,Proficiency\nSwedish,Native or bilingual proficiency\n",
        "Certifications.csv": "Name,Url,Authority,Started On,Finished On,License Number\n"
        "First aid,https://c.example,Red Cross,Mar 2022,,12\n",
        "Connections.csv": "Notes:\nnobody looks here\n",
    }
)
ONEROSTER = zipped(
    {
        "manifest.csv": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n",
        "orgs.csv": "sourcedId,status,dateLastModified,name,type\ns1,active,2024-01-01,Bread School,school\n",
        "users.csv": "sourcedId,status,orgSourcedIds,role,givenName,familyName,email\n"
        "u1,active,s1,student,Elin,Example,elin@example.org\n"
        "u2,active,s1,student,Nils,Example,\n",
        "classes.csv": "sourcedId,status,title\nc1,active,Baking 1\n",
        "lineItems.csv": "sourcedId,status,title,description,classSourcedId,resultValueMin,resultValueMax\n"
        "l1,active,Sourdough,Starter to loaf,c1,0,10\n",
        "results.csv": "sourcedId,status,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate\n"
        "r1,active,l1,u1,fully graded,9,2025-05-05\n"
        "r2,active,l1,u2,not submitted,,\n",
    }
)


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


SAMPLES: dict[str, bytes] = {
    "elm": _json(DIPLOMA),
    "elm2": CREDENTIAL2.encode(),
    "sd_jwt": _json(ACHIEVEMENT),
    "employment": _json(EMPLOYMENT),
    "school": _json(KOSKI),
    "agency_profile": _json(PROFILE),
    "xapi": _json(STATEMENT),
    "openbadges2": _json(BADGE2),
    "linkedin": LINKEDIN,
    "moodle": GRADEBOOK.encode(),
    "oneroster": ONEROSTER,
    "profession": _json(ATTESTATION),
    "jod": _json(JOD),
    "ehoks": _json(PLAN),
    "mac": _json(MAC),
    "case": _json(FRAMEWORK),
    **{each.FORMAT: each.write_record(FULL) for each in FORMATS if isinstance(each, WritingFormat)},
}
"""By name of the format."""
