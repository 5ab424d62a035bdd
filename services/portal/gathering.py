"""What a page needs from the other services, asked for at once. A part that is away is None, not an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.portal.client import Api, Away, Missing, Refused, gather
from services.portal.text.dates import instant
from services.portal.views.composite import promise_in, promises_in
from services.portal.views.history import TWELVE
from services.portal.views.service import AgreementData

MOST = 1000
SCOPED_RESULTS = 600
"""Enough for twelve windows of fifty label groups."""
MOST_IN_PERIOD = 10_000
"""Windows of one promise in a report."""
LISTED_AT_MOST = 50
MOST_WAITING = 50

REGISTRY = "/registry/v1"
SLA = "/sla/v1"
EVALUATION = "/evaluation/v1"

Indicators = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ServiceParts:
    service: Mapping[str, Any]
    agencies: list[dict[str, Any]] | None
    agreements: list[AgreementData] | None
    indicators: Indicators


async def services(api: Api) -> list[dict[str, Any]]:
    """Raises Away: there is no page without them."""
    return await api.items(f"{REGISTRY}/services", most=MOST)


async def service_parts(api: Api, code: str) -> ServiceParts:
    """Raises Missing and Away of the service itself."""
    service = await api.get(f"{REGISTRY}/services/{code}")
    agencies, agreements, indicators = await gather(
        api.items(f"{REGISTRY}/agencies", most=MOST),
        agreements_with_results(api, service=code),
        indicators_of(api, service=code),
    )
    return ServiceParts(service, agencies, agreements, indicators or {})


async def indicators_of(api: Api, **query: str) -> Indicators:
    found = await api.items(f"{SLA}/indicators", most=MOST, **query)
    return {each["code"]: each for each in found}


async def agreements_with_results(api: Api, **query: str) -> list[AgreementData]:
    """The agreements in force that the reader may see, each with its document and results."""
    states = await api.items(f"{SLA}/agreements", most=MOST, state="in_force", **query)
    found = await gather(*(_agreement(api, each) for each in states if each["in_force"]))
    if any(each is None for each in found):
        raise Away(f"{SLA}/agreements")
    return found


async def _agreement(api: Api, state: Mapping[str, Any]) -> AgreementData:
    code = state["code"]
    document = await api.get(f"{SLA}/agreements/{code}/revisions/{state['in_force']}")
    promises = promises_in(document)
    results = await gather(*(results_of(api, code, each) for each in promises))
    by_objective = {each["code"]: found for each, found in zip(promises, results, strict=True)}
    return AgreementData(state, document, by_objective)


async def results_of(api: Api, agreement: str, objective: Mapping[str, Any]) -> list[Any]:
    """The newest windows; where none of them could be determined, those up to the last that could.

    Two revisions may have judged one window, and each scope has its own results.
    """
    most = SCOPED_RESULTS if objective.get("scope") else 3 * TWELVE
    asked = {"agreement": agreement, "objective": objective["code"]}
    newest = await api.items(f"{EVALUATION}/results", most=most, **asked)
    closed = [each for each in newest if each["window"]["state"] != "open"]
    if len(closed) < TWELVE or any(each["verdict"] != "not_determined" for each in closed):
        return newest
    last = [
        found["window"]["end"]
        for verdict in ("met", "breached")
        for found in await api.items(f"{EVALUATION}/results", most=1, verdict=verdict, **asked)
    ]
    if not last:
        return newest
    until = max(map(instant, last)) + timedelta(seconds=1)
    opened = [each for each in newest if each["window"]["state"] == "open"]
    return opened + await api.items(f"{EVALUATION}/results", most=most, to=until.isoformat(), **asked)


async def period_results(
    api: Api, agreement: str, objective: Mapping[str, Any], ends: Mapping[str, str]
) -> list[Any]:
    """The windows that end between ``from`` and ``to``, and the twelve before them. Raises Away."""
    query = {"agreement": agreement, "objective": objective["code"]}
    most = SCOPED_RESULTS if objective.get("scope") else TWELVE
    inside, before = await gather(
        api.items(f"{EVALUATION}/results", most=MOST_IN_PERIOD, **query, **ends),
        api.items(f"{EVALUATION}/results", most=most, to=ends["from"], **query),
    )
    if inside is None or before is None:
        raise Away(f"{EVALUATION}/results")
    return [*inside, *before]


async def waiting(api: Api) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    """Offers, notices and announcements that wait for the reader; then exclusions, corrections and disputes
    that the reader's agency has yet to answer. Raises Away."""
    found = await gather(
        api.items(f"{SLA}/tasks", most=MOST_WAITING),
        *(
            api.items(path, most=MOST_WAITING, awaiting="me")
            for path in (f"{SLA}/exclusions", f"{EVALUATION}/corrections", f"{EVALUATION}/disputes")
        ),
    )
    if any(each is None for each in found):
        raise Away("awaiting=me")
    return found[0], found[1], found[2], found[3]


async def agreement_data(api: Api, code: str, objective: str | None = None) -> AgreementData:
    """An agreement in force, with the results of one promise. Raises Missing, Away."""
    state = await api.get(f"{SLA}/agreements/{code}")
    if not state["in_force"]:
        raise Missing(code)
    document = await api.get(f"{SLA}/agreements/{code}/revisions/{state['in_force']}")
    promise = promise_in(document, objective) if objective else None
    if promise is None:
        return AgreementData(state, document, {})
    (found,) = await gather(results_of(api, code, promise))
    return AgreementData(state, document, {promise["code"]: found})


async def mail_goes_out(api: Api) -> bool:
    """Whether notices by mail can be had; not while nobody can be asked."""
    try:
        found = await api.get("/delivery/v1/mail")
    except (Away, Missing, Refused):
        return False
    return bool(found["on"])


async def provider(api: Api) -> str | None:
    """What the OpenID provider is called where people may sign in; None: there is none, or nobody to ask."""
    try:
        found = await api.get(f"{REGISTRY}/oidc")
    except (Away, Missing, Refused):
        return None
    name: str | None = found["name"]
    return name
