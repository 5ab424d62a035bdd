"""What a page needs from the other services, asked for at once. A part that is away is None, not an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from services.portal.client import Api, Asked, Away, Missing, Refused, gather
from services.portal.text.dates import instant
from services.portal.views.composite import is_composite, promise_in, promises_in
from services.portal.views.history import TWELVE
from services.portal.views.overview import ROWS, Ranked, part_of, ranking
from services.portal.views.service import AgreementData
from shared import reporting

MOST = 1000
MOST_RESULTS = 100_000
SCOPED_RESULTS = 600
"""Enough for twelve windows of fifty label groups."""
LISTED_AT_MOST = 50
MOST_WAITING = 50

REGISTRY = "/registry/v1"
SLA = "/sla/v1"
EVALUATION = "/evaluation/v1"

AT_A_TIME = 50
"""Promises that one request names."""

Pair = tuple[str, str]
"""An agreement and one of its promises."""
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


async def agreements(api: Api, **query: str) -> list[dict[str, Any]]:
    """The agreements in force that the reader may see, each with its document."""
    found = await api.items(f"{SLA}/agreements", most=MOST, state="in_force", include="document", **query)
    return [each for each in found if each["in_force"]]


async def agreements_with_results(
    api: Api, known: list[dict[str, Any]] | None = None, *, windows: int = TWELVE, **query: str
) -> list[AgreementData]:
    """Those of a service or a party (all: without), each with its document and its promises' results.

    Two requests, however many promises there are. ``known``: the agreements, where they were read already.
    """
    judging = _results(api, windows=windows, **query)
    if known is None:
        states, judged = await gather(agreements(api, **query), judging)
    else:
        states = known
        (judged,) = await gather(judging)
    if states is None:
        raise Away(f"{SLA}/agreements")
    found: dict[Pair, list[Any]] = {
        (state["code"], each["code"]): [] for state in states for each in promises_in(state["document"])
    }
    for each in judged or ():
        # What is no promise any more has results too.
        if (promise := (each["agreement"], each["objective"])) in found:
            found[promise].append(each)
    if windows >= TWELVE:
        await _go_back(api, found)
    return [
        AgreementData(
            state,
            state["document"],
            {
                each["code"]: None if judged is None else found[state["code"], each["code"]]
                for each in promises_in(state["document"])
            },
        )
        for state in states
    ]


async def results_of(api: Api, agreement: str, objective: Mapping[str, Any]) -> list[Any]:
    """The newest windows of one promise. Raises Away.

    Two revisions may have judged one window, and each scope has its own results.
    """
    promise = agreement, objective["code"]
    found = await results_in(api, [promise])
    if found is None:
        raise Away(f"{EVALUATION}/results")
    return found[promise]


async def results_in(api: Api, promises: Sequence[Pair]) -> dict[Pair, list[Any]] | None:
    """The newest windows of some promises; None: away."""
    found: dict[Pair, list[Any]] = {each: [] for each in promises}
    parts = [promises[start : start + AT_A_TIME] for start in range(0, len(promises), AT_A_TIME)]
    answers = await gather(*(_results(api, of=_named(part)) for part in parts))
    if any(each is None for each in answers):
        return None
    for each in chain.from_iterable(answers):
        found[each["agreement"], each["objective"]].append(each)
    await _go_back(api, found)
    return found


def _named(promises: Iterable[Pair]) -> list[str]:
    return [f"{agreement}/{objective}" for agreement, objective in promises]


async def ranked_with_results(
    api: Api, agency: str, breaches: Sequence[Mapping[str, Any]] | None, page: int, **query: str
) -> tuple[list[AgreementData], list[Ranked]]:
    """The agreements of an overview with the results of the page's rows, and all rows by how they stand.

    Where there are more than a page shows, only the last window is read of the others.
    """
    states = await agreements(api, **query)
    many = sum(len(promises_in(state["document"])) for state in states) > ROWS
    found = await agreements_with_results(api, states, windows=1 if many else TWELVE, **query)
    ranked = ranking(found, agency, breaches)
    if not many:
        return found, ranked
    _, chosen = part_of(ranked, page)
    twelve = await results_in(api, list(dict.fromkeys((each.agreement, each.objective) for each in chosen)))
    shown = [
        AgreementData(
            data.state,
            data.document,
            {
                code: (twelve or {}).get((data.state["code"], code), data.results[code])
                for code in data.results
            },
        )
        for data in found
    ]
    return shown, ranked


async def _results(api: Api, *, windows: int = TWELVE, **query: Asked) -> list[Any]:
    return await api.items(f"{EVALUATION}/results", most=MOST_RESULTS, windows=windows, **query)


async def _go_back(api: Api, found: dict[Pair, list[Any]]) -> None:
    """Where none of twelve windows could be determined, those up to the last that could take their place."""
    silent = [each for each, results in found.items() if _silent(results)]
    if not silent:
        return
    last: dict[Pair, datetime] = {}
    for start in range(0, len(silent), AT_A_TIME):
        of = _named(silent[start : start + AT_A_TIME])
        for verdict in ("met", "breached"):
            for each in await _results(api, of=of, verdict=verdict, windows=1):
                if each["window"]["state"] != "open":
                    promise, end = (each["agreement"], each["objective"]), instant(each["window"]["end"])
                    last[promise] = max(end, last.get(promise, end))

    async def back(promise: Pair, until: datetime) -> None:
        to = (until + timedelta(seconds=1)).isoformat()
        opened = [each for each in found[promise] if each["window"]["state"] == "open"]
        found[promise] = opened + await _results(api, of=_named([promise]), to=to)

    await gather(*(back(promise, until) for promise, until in last.items()))


def _silent(results: Sequence[Mapping[str, Any]]) -> bool:
    closed = [each for each in results if each["window"]["state"] != "open"]
    ends = {each["window"]["end"] for each in closed}
    return len(ends) >= TWELVE and all(each["verdict"] == "not_determined" for each in closed)


async def agreement_titles(api: Api, party: str) -> dict[str, Any]:
    """The titles of a party's agreements in force, by code. Raises Away."""
    return {each["code"]: each["document"].get("title") for each in await agreements(api, party=party)}


async def period_results(
    api: Api, agreement: str, objective: Mapping[str, Any], ends: Mapping[str, str]
) -> list[Any]:
    """The windows that end between ``from`` and ``to``, and the twelve before them. Raises Away."""
    query = {"agreement": agreement, "objective": objective["code"]}
    grouped = objective.get("scope") or is_composite(objective)
    most = reporting.GROUPED_STRIP if grouped else reporting.STRIP
    inside, before = await gather(
        api.items(f"{EVALUATION}/results", most=reporting.MOST, **query, **ends),
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
