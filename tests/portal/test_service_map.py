"""The map: services by agencies, who does which step, and what was agreed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.portal.views.service_map import MOST_COLUMNS, service_map
from services.portal.views.words import Agencies, Reader
from tests.portal.town import Town, open_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as found:
        yield found


async def test_both_agencies_see_who_does_what(town: Town) -> None:
    page = await town.land.page("/app/map")
    assert page.status_code == 200
    # One's own agency comes first.
    assert page.text.index(">Land Office</th>") < page.text.index(">Example City</th>")
    for each in ('href="/app/services/permit"', "Receive", "Check", "Owner", "No agreement yet"):
        assert each in page.text
    thai = (await town.city.page("/app/map", "th")).text
    assert "เจ้าของบริการ" in thai
    assert 'href="/app/map"' in (await town.city.page("/app")).text


def test_agencies_without_a_column_stand_together() -> None:
    def service(code: str, *agencies: str) -> dict[str, Any]:
        steps = [
            {"code": f"s-{each}", "name": {"en": f"Step of {each}"}, "agency": each} for each in agencies
        ]
        return {"code": code, "name": {"en": code}, "owner": agencies[0], "steps": steps}

    reader = Reader("en")
    many = [f"a{n}" for n in range(MOST_COLUMNS + 2)]
    agreements = [{"code": "x", "service": "two", "state": "in_force"}]
    found = service_map(
        reader, "a1", [service("all", *many), service("two", "a1", "a0")], Agencies(reader, []), agreements
    )
    assert [each.text for each in found.columns] == ["a1", "a0", "a2", "a3", "a4"]
    assert found.others
    whole, two = found.rows
    assert [part.agency.text for part in whole.cells[-1] if part.agency] == ["a5", "a6"]
    assert [len(cell) for cell in two.cells] == [1, 1, 0, 0, 0, 0]
    assert two.cells[0][0].owns
    assert whole.agreements == ()
    assert two.agreements is not None
    assert [code for code, _ in two.agreements] == ["x"]
    few = service_map(reader, "a1", [service("all", *many[:-1])], Agencies(reader, []), None)
    assert (len(few.columns), few.others, few.rows[0].agreements) == (MOST_COLUMNS + 1, False, None)
