"""What recipients of the demo's service asked for, what bounds it, and which promise answers what.

Each is made once: a file is taken in once, and a need that somebody linked already is left as it is.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from services.cli.apply import SLA
from services.cli.client import Api, Refused

AGREEMENT = "restaurant-licence"
CONFLICT = 409
ANSWERED: dict[str, dict[str, str]] = {
    "Issue the licence sooner": {"indicator": "restaurant.time-to-licence"},
    "Come for the inspection": {"agreement": AGREEMENT, "objective": "inspection-2-days"},
}
"""By how the need begins. The others are gaps."""
FACTORS: tuple[dict[str, Any], ...] = (
    {
        "kind": "law",
        "text": {
            "th": "ต้องพิจารณาคำขอให้แล้วเสร็จภายใน 30 วันนับแต่วันที่ได้รับเอกสารครบ",
            "en": "An application is decided within 30 days of its last document",
        },
        "section": "พ.ร.บ. การสาธารณสุข มาตรา 56",
        "value": "P30D",
        "indicator": "restaurant.time-to-licence",
    },
    {
        "kind": "capacity",
        "text": {"th": "เจ้าหน้าที่ตรวจสถานที่", "en": "Officers who inspect premises"},
        "value": "4",
        "unit": "คน",
    },
)


def gather_needs(office: Api, service: str) -> None:
    """``office``: a negotiator of the agency that owns the service."""
    content = files(__package__).joinpath("needs.csv").read_bytes()
    try:
        office.call(
            "POST",
            f"{SLA}/needs/imports",
            params={"service": service},
            content=content,
            headers={"Content-Type": "text/csv"},
        )
    except Refused as refusal:
        # The same file is taken in once.
        if refusal.status != CONFLICT:
            raise
        return
    for need in office.items(f"{SLA}/needs", service=service):
        said = (need["statement"] or {}).get("en") or ""
        link = next((link for start, link in ANSWERED.items() if said.startswith(start)), None)
        if link is not None:
            office.post(f"{SLA}/needs/{need['id']}/links", link)
    for factor in FACTORS:
        office.post(f"{SLA}/factors", {"service": service, **factor})
