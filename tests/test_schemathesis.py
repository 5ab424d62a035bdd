"""Whatever is sent, the services answer as their OpenAPI documents say, never with a failure of their own.

One application of all services; the caller has every role of an agency with data, and half of the addresses
and bodies name objects there are, so that it gets further than "not found".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.catalogue import SERVICES
from shared.auth import Role
from shared.health import openapi_of
from shared.http import PROBLEM_JSON, PROBLEM_TYPES
from tests.whole import SERVICE, Whole, open_whole

FEW, MANY = 8, 100
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# Endless by purpose; tests/delivery and tests/e2e read it.
ENDLESS = {"GET /api/delivery/v1/events/stream"}
# Schemathesis takes a repeatable parameter that stands there once for wrong; here it is a list of one.
REPEATED = {"GET /api/delivery/v1/events"}
# What a body may name, as the caller's.
NAMES = {"source": "land-api", "service": SERVICE, "agency": "land", "indicator": "permit.response-time"}


def operations() -> Iterator[APIOperation]:
    for service in SERVICES.values():
        document = openapi_of(service)
        for operation in [each for path in document["paths"].values() for each in path.values()]:
            # Every call has its token; test_routes.py calls without.
            operation.pop("security", None)
        for found in schemathesis.openapi.from_dict(document).get_all_operations():
            if found.ok().label not in ENDLESS:
                yield found.ok()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("whole")) as found:
        yield found


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most names that are made up here will never become known."""
    monkeypatch.setattr("shared.http.NOT_YET_KNOWN_WAIT", 0.0)


def cases(operation: APIOperation, known: dict[str, str]) -> st.SearchStrategy[Case]:
    """Right and wrong requests, of objects that are made up and of those there are."""
    return st.one_of(
        operation.as_strategy(mode, path_parameters=given)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        for given in ({}, known)
    )


def request_of(case: Case) -> dict[str, Any]:
    prepared = requests.Request(**case.as_transport_kwargs(base_url="http://sanya.test")).prepare()
    return {
        "method": prepared.method,
        "url": prepared.url,
        "headers": dict(prepared.headers),
        "content": prepared.body,
    }


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
@pytest.mark.parametrize("operation", list(operations()), ids=lambda one: one.label)
def test_every_answer_is_as_its_document_says(whole: Whole, operation: APIOperation, examples: int) -> None:
    @given(data=st.data(), case=cases(operation, whole.parameters(operation.path)))
    @settings(
        max_examples=examples,
        database=None,
        derandomize=examples == FEW,
        suppress_health_check=list(HealthCheck),
    )
    def check(data: st.DataObject, case: Case) -> None:
        right = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
        if right and isinstance(case.body, dict) and data.draw(st.booleans(), "names what there is"):
            case.body = {name: NAMES.get(name, value) for name, value in case.body.items()}
        sent = request_of(case)
        sent["headers"]["Authorization"] = f"Bearer {whole.token('land', *Role)}"
        answer = whole.send(whole.http.build_request(**sent))
        excluded = [negative_data_rejection] if operation.label in REPEATED else []
        case.validate_response(answer, checks=CHECKS, excluded_checks=excluded)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == PROBLEM_JSON
            problem = answer.json()
            assert problem["type"].startswith(PROBLEM_TYPES)
            assert problem["status"] == answer.status_code
            assert len(problem["title"]) > 5
            assert len(problem["detail"]) > 10
            assert problem["trace_id"]

    check()
