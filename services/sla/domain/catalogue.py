"""Public agreements in force in the words of DCAT-AP, so that open-data portals can harvest them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.sla.domain.negotiation import Revision
from shared.clock import rfc3339

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "adms": "http://www.w3.org/ns/adms#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
}
TITLE = {"th": "ข้อตกลงระดับการให้บริการ", "en": "Service level agreements"}
ABOUT = {
    "th": "ข้อตกลงระดับการให้บริการที่มีผลบังคับใช้และเปิดเผยต่อสาธารณะ พร้อมผลการดำเนินงาน",
    "en": "Public service level agreements in force, with how they are kept",
}
AGREED = {"th": "ตัวข้อตกลง", "en": "The agreement"}
RESULTS = {"th": "ผลการดำเนินงานตามข้อตกลง", "en": "Results: how the promises are kept"}
JSON_MEDIA = "https://www.iana.org/assignments/media-types/application/json"


def catalogue(
    found: Sequence[tuple[Revision, Mapping[str, Any]]],
    announced: Mapping[str, str],
    *,
    base: str,
    license: str,
    spatial: str,
    next: str | None,
) -> dict[str, Any]:
    """A `dcat:Catalog` of revisions in force with their documents.

    ``announced``: revision -> its announcement. ``next``: the cursor of the part after.
    """
    address = f"{base}/api/sla/v1/catalogue"
    return {
        "@context": CONTEXT,
        "@id": address,
        "@type": "dcat:Catalog",
        "dct:title": _texts(TITLE),
        "dct:description": _texts(ABOUT),
        "dct:language": ["th", "en"],
        "dcat:dataset": [
            _dataset(
                revision,
                document,
                announced.get(revision.hash),
                base=base,
                license=license,
                spatial=spatial,
            )
            for revision, document in found
        ],
        "hydra:next": None if next is None else {"@id": f"{address}?after={next}"},
    }


def _dataset(
    revision: Revision,
    document: Mapping[str, Any],
    announcement: str | None,
    *,
    base: str,
    license: str,
    spatial: str,
) -> dict[str, Any]:
    code = document["code"]
    agreement = f"{base}/api/sla/v1/agreements/{code}"
    assert revision.in_force_from is not None
    terms: dict[str, Any] = {"dct:license": {"@id": license}} if license else {}
    if spatial:
        terms["dct:spatial"] = {"@id": spatial, "@type": "dct:Location"}
    return {
        "@id": agreement,
        "@type": "dcat:Dataset",
        "dct:identifier": code,
        "adms:versionNotes": revision.hash,
        "dct:title": _texts(document["title"]),
        "dct:description": _texts(_description(document)),
        "dct:publisher": [
            {
                "@id": f"{base}/api/registry/v1/agencies/{party.agency}",
                "@type": "foaf:Agent",
                "dct:identifier": party.agency,
            }
            for party in revision.parties
        ],
        # Until it was announced, when its parties agreed.
        "dct:issued": rfc3339(revision.announced_at or revision.concluded_at),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": rfc3339(revision.in_force_from),
            "dcat:endDate": None if revision.in_force_to is None else rfc3339(revision.in_force_to),
        },
        "foaf:page": None if announcement is None else {"@id": f"{base}/announcements/{announcement}"},
        "dcat:landingPage": {"@id": f"{base}/services/{document['service']}"},
        "dcat:distribution": [
            _distribution(AGREED, f"{agreement}/revisions/{revision.hash}", terms),
            _distribution(RESULTS, f"{base}/api/evaluation/v1/results?agreement={code}", terms),
        ],
        **terms,
    }


def _distribution(title: Mapping[str, str], address: str, terms: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        "@type": "dcat:Distribution",
        "dct:title": _texts(title),
        "dcat:accessURL": {"@id": address},
        "dcat:mediaType": {"@id": JSON_MEDIA},
    }
    return found | {"dct:license": terms["dct:license"]} if "dct:license" in terms else found


def _description(document: Mapping[str, Any]) -> dict[str, str]:
    """The promises in their wording for the public, headlines first; else the title."""
    promised = sorted(document["objectives"], key=lambda each: not each.get("headline"))
    wordings: Iterable[Mapping[str, str]] = [
        each["public_wording"] for each in promised if each.get("public_wording")
    ]
    found = {
        language: "\n".join(each[language] for each in wordings if each.get(language))
        for language in ("th", "en")
    }
    return {language: text for language, text in found.items() if text} or dict(document["title"])


def _texts(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@language": language, "@value": text} for language, text in words.items()]
