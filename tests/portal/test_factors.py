"""Factors that bound a service, as a negotiator meets them."""

from __future__ import annotations

import re

from tests.portal import desk
from tests.portal.desk import FACTORS, LAW, Office, hidden, plain

office, settled = desk.office, desk.settled


async def test_factors_are_added_changed_and_erased(office: Office) -> None:
    assert "No factor is recorded yet" in await office.text(FACTORS)
    wrong = await office.send(f"{FACTORS}/new", section="x" * 101)
    assert wrong.status_code == 422
    assert re.findall(r'href="#(\w+)"', wrong.text.split('role="alert"')[1].split("</section>")[0]) == [
        "kind",
        "text_en",
        "section",
    ]
    assert (await office.send(f"{FACTORS}/new", **LAW)).status_code == 303
    staff = {"kind": "capacity", "text_en": "Inspectors", "value": "0.5", "value_unit": "number"}
    assert (await office.send(f"{FACTORS}/new", **staff, unit="post")).status_code == 303
    page = await office.text(FACTORS)
    assert re.search(r"มาตรา 25 · <b>45\sdays</b>", page)
    assert re.search(r"<b>0.5\spost</b>", page)

    law, half = (await office.call("GET", "/factors?service=permit"))["items"]
    here = f"{FACTORS}/{law['id']}"
    found = (await office.page(here)).text
    assert "มาตรา 25" in found
    assert '<option value="number" selected>' in (await office.page(f"{FACTORS}/{half['id']}")).text
    changed = await office.send(here, **{**LAW, "value": "30"}, version=hidden(found, "version"))
    assert changed.status_code == 303
    stale = await office.send(here, **LAW, version=hidden(found, "version"))
    assert stale.status_code == 409
    assert "Somebody changed this factor while you did" in plain(stale.text)
    # A version that nobody was shown: what is stored now is meant.
    assert (await office.send(here, **{**LAW, "value": "30"}, version="9" * 5000)).status_code == 303
    assert (await office.send(f"{here}/erase")).status_code == 303
    law = await office.call("GET", f"/factors/{law['id']}")
    assert (law["value"], law["text"]) == ("P30D", None)
