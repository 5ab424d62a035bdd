"""Results of many promises in one request, and agreements with their documents: what pages are made from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.evaluation.schemas import ResultOut, whole_result
from tests.e2e.instance import AGREEMENT, SERVICE, eventually
from tests.whole import EVALUATION, OF_AN_AGENCY, SLA, Whole, open_whole

RESULTS = f"{EVALUATION}/results"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("listing")) as found:
        # A year of windows has closed, once the service's clock has ticked.
        eventually(lambda: len(closed(found)), lambda number: number >= 20)
        yield found


def listed(whole: Whole, query: str = "", agency: str | None = "land") -> list[dict[str, Any]]:
    token = None if agency is None else whole.token(agency, *OF_AN_AGENCY)
    items: list[dict[str, Any]] = whole.done("GET", f"{RESULTS}?limit=1000{query}", token)["items"]
    return items


def closed(whole: Whole, query: str = "") -> list[dict[str, Any]]:
    return [each for each in listed(whole, query) if each["window"]["state"] != "open"]


def test_so_many_windows_of_each_objective_are_the_newest_of_all(whole: Whole) -> None:
    every = closed(whole)
    for windows in (1, 3):
        wanted = []
        for objective in sorted({each["objective"] for each in every}):
            ends = sorted({each["window"]["end"] for each in every if each["objective"] == objective})
            wanted += [(objective, end) for end in ends[-windows:]]
        found = closed(whole, f"&windows={windows}")
        assert sorted((each["objective"], each["window"]["end"]) for each in found) == wanted
        assert len(wanted) == 2 * windows
    # Only what is asked for is counted: of the windows before the newest, the newest.
    newest = max(each["window"]["end"] for each in every)
    (before,) = closed(whole, f"&windows=1&to={newest.replace('+', '%2B')}&objective=fast")
    assert before["window"]["end"] == sorted({each["window"]["end"] for each in every})[-2]


def test_pages_of_so_many_windows_are_whole(whole: Whole) -> None:
    token = whole.token("land", *OF_AN_AGENCY)
    found, after = [], ""
    while True:
        page = whole.done("GET", f"{RESULTS}?state=closed&windows=5&limit=3{after}", token)
        found += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    rest = whole.done("GET", f"{RESULTS}?state=closed&windows=5&limit=1000", token)["items"]
    assert [each["id"] for each in found] == [each["id"] for each in rest] != []


def test_some_promises_are_named_in_one_request(whole: Whole) -> None:
    both = listed(whole)
    assert {each["objective"] for each in both} == {"fast", "slowest"}
    only = [each["id"] for each in both if each["objective"] == "fast"]
    assert [each["id"] for each in listed(whole, f"&of={AGREEMENT}/fast")] == only
    assert any(each.endswith("-0") for each in only), "the open window is one of them"
    found = listed(whole, f"&of={AGREEMENT}/fast&of={AGREEMENT}/slowest&of=other/fast")
    assert [each["id"] for each in found] == [each["id"] for each in both]
    answer = whole.call("GET", f"{RESULTS}?of=fast", whole.token("land", *OF_AN_AGENCY))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "?of")


def test_a_service_and_a_party_narrow_what_is_seen_and_never_widen_it(whole: Whole) -> None:
    every = [each["id"] for each in listed(whole)]
    assert [each["id"] for each in listed(whole, f"&service={SERVICE}&party=city")] == every
    assert listed(whole, "&service=other") == listed(whole, "&party=far") == []
    for narrowed in ("", f"&service={SERVICE}", "&party=land", f"&of={AGREEMENT}/fast", "&windows=1"):
        assert listed(whole, narrowed, "far") == listed(whole, narrowed, None) == []


def test_a_result_that_was_stored_long_ago_is_answered_whole(whole: Whole) -> None:
    for each in listed(whole):
        assert ResultOut.model_validate(each).model_dump(mode="json", by_alias=True) == each
    young = {"few", "slices", "unknown_group", "risks", "members", "supersedes"}
    cause = {"kind": "void", "id": "b", "by": None, "from": {"verdict": "met", "exact": None}}
    old = {name: value for name, value in listed(whole)[0].items() if name not in young} | {"cause": cause}
    assert whole_result(old) == ResultOut.model_validate(old).model_dump(mode="json", by_alias=True)


def test_agreements_are_listed_with_the_documents_in_force(whole: Whole) -> None:
    land = whole.token("land", *OF_AN_AGENCY)
    assert "document" not in whole.done("GET", f"{SLA}/agreements", land)["items"][0]
    (found,) = whole.done("GET", f"{SLA}/agreements?include=document", land)["items"]
    assert found["document"] == whole.done(
        "GET", f"{SLA}/agreements/{AGREEMENT}/revisions/{found['in_force']}", land
    )
    # It is for the parties alone.
    assert (
        whole.done("GET", f"{SLA}/agreements?include=document", whole.token("far", *OF_AN_AGENCY))["items"]
        == []
    )
    assert whole.call("GET", f"{SLA}/agreements?include=all", land).status_code == 422
