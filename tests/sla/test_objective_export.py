"""Promises as tables and as rules of TMF623: what comes back is the same, and the rest is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain import objective_export, objective_rows, spreadsheets, tmf
from services.sla.domain.objective_export import TABLE
from services.sla.domain.openslo.importing import Into
from services.sla.domain.proposed import Taken
from services.sla.domain.table_files import write_csv, write_xlsx
from tests.sla.documents import AGREEMENT, AVAILABLE, CONFIRM, MEAN, P95, agreement
from tests.sla.test_openslo import HASH, INDICATORS, meant, objectives, one, stored

INTO = Into("permit", INDICATORS)
codes = st.lists(
    st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True), min_size=1, max_size=4, unique=True
)


def returned(taken: Taken, document: Mapping[str, Any]) -> dict[str, Any]:
    """What was read, as an agreement would keep it; what a form leaves open is taken from the original."""
    assert taken.faults == []
    old = {each["code"]: each for each in document["objectives"]}
    whole = [{**old[each["code"]], **each} for each in taken.objectives]
    return {each["code"]: each for each in stored({**AGREEMENT, "objectives": whole})["objectives"]}


def check(told: set[str], back: Mapping[str, Any], document: Mapping[str, Any]) -> None:
    for objective in document["objectives"]:
        place = f"/objectives/{objective['code']}"
        theirs = back[objective["code"]]
        for name in {*objective, *theirs}:
            if meant(objective.get(name)) != meant(theirs.get(name)):
                assert f"{place}/{name}" in told


@pytest.mark.parametrize("lang", ["th", "en"])
@given(data=st.data())
def test_what_a_table_says_comes_back_and_the_rest_is_told(lang: str, data: st.DataObject) -> None:
    made = [data.draw(objectives(code)) for code in data.draw(codes)]
    document = stored(agreement(objectives=made, calendar="thai-office"))
    found = objective_export.table(document, INDICATORS)
    rows = found.titled(lang)
    for sheet in (
        spreadsheets.read_csv(write_csv(rows), None),
        spreadsheets.read_xlsx(write_xlsx(rows, "x")),
    ):
        mapping, faults = objective_rows.mapping_of(sheet.header, None, "/rows/1")
        assert faults == []
        assert tuple(mapping.values()) == TABLE
        taken = objective_rows.take(objective_rows.rows_of(sheet.header, sheet.rows), mapping, INTO)
        check({each.path for each in found.said}, returned(taken, document), document)
    assert all(each.th and each.en for each in found.said)


@given(data=st.data())
def test_what_a_rule_says_comes_back_and_the_rest_is_told(data: st.DataObject) -> None:
    made = [data.draw(objectives(code)) for code in data.draw(codes)]
    document = stored(agreement(objectives=made, calendar="thai-office"))
    found = objective_export.rules(document, HASH, INDICATORS)
    rows, header, _, faults = tmf.read(json.dumps(found.document).encode())
    assert faults == []
    mapping = {name: tmf.MAPPING[name] for name in header}
    told = {each.path for each in found.said}
    for objective, row in zip(document["objectives"], rows, strict=True):
        into = Into("permit", INDICATORS, defaults={"aggregation": objective["aggregation"]})
        taken = objective_rows.take([row], mapping, into)
        if not taken.objectives:
            assert f"/objectives/{objective['code']}" in told
            continue
        alone = {**document, "objectives": [objective]}
        check(told, returned(taken, alone), alone)
        # A rule has no place for these, whatever they say.
        assert {f"/objectives/{objective['code']}/{name}" for name in ("window", "responsible")} <= told


def test_what_must_come_back() -> None:
    """The tests above would hold if nothing came back, as long as all of it were told."""
    document = stored(
        agreement(
            objectives=[
                {**CONFIRM, "window": {"kind": "calendar", "unit": "month"}},
                {**CONFIRM, "code": "days", "good": {"comparator": "<=", "value": {"working_days": 3}}},
                {**P95, "clause": "ข้อ 4", "minimum_total": 30},
                {**AVAILABLE, "scope": [], "public_wording": {"th": "ไทย", "en": "x"}},
                MEAN,
            ],
            calendar="thai-office",
        )
    )
    found = objective_export.table(document, INDICATORS)
    assert [each.path for each in found.said if each.path.startswith("/objectives")] == [
        "/objectives/days/window"
    ]
    assert {"/parties", "/effective_from", "/calendar"} <= {each.path for each in found.said}
    rules = objective_export.rules(document, HASH, INDICATORS)
    assert rules.document["rule"][0] == {
        "id": "confirm-3-days",
        "metric": "permit.confirmation-time",
        "tolerance": "0.2",
        "referenceValue": "72",
        "operator": "<=",
        "unit": "hours",
    }
    assert [each["referenceValue"] for each in rules.document["rule"]] == [
        "72",
        "3 working days",
        "800",
        "99",
        "300",
    ]
    told = {each.path for each in rules.said}
    assert "/objectives/mean/aggregation" in told
    assert not told & {f"/objectives/{code}/target" for code in ("confirm-3-days", "days", "p95", "mean")}


@pytest.mark.parametrize("text", ["=1+1", "+66 2", "@cell", "-ไม่มี"])
def test_no_cell_begins_as_a_formula(text: str) -> None:
    document = stored(one(P95, clause=text))
    found = objective_export.table(document, INDICATORS)
    assert text not in str(found.rows)
    assert "/objectives/p95/clause" in {each.path for each in found.said}
