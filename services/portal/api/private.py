"""What pages of who is signed in share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Path, Query, Request

from services.portal import gathering
from services.portal.api.common import SignInFirst, parts_of, session_of
from services.portal.client import Api, Away, gather
from services.portal.sessions import Session
from services.portal.text.phrase import Phrase
from services.portal.views.words import Moment, Reader

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9._~-]{1,64}$")]
PageNumber = Annotated[int, Query(ge=1, le=10_000)]
"""Of a list that is longer than a page."""


async def who(request: Request) -> tuple[Session, Api]:
    """The session, and the API in its name. Raises SignInFirst."""
    session = await session_of(request)
    if session is None:
        raise SignInFirst
    return session, Api(parts_of(request).api.http, session.token)


async def reading(request: Request) -> tuple[Session | None, Api]:
    """Whoever reads a public page, and the API in their name: a party also sees what is not for everybody."""
    try:
        session = await session_of(request)
    except Away:
        session = None
    api = parts_of(request).api
    return session, api if session is None else Api(api.http, session.token)


async def all_agencies(api: Api) -> list[Any]:
    return await api.items(f"{gathering.REGISTRY}/agencies", most=gathering.MOST)


def trail(reader: Reader, *further: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return ("/", reader.t.home.plain), ("/app", reader.t.my_objectives.plain), *further


def foot(reader: Reader, until: Moment | None, computed: Moment | None) -> list[Phrase]:
    t = reader.t
    said: list[Phrase] = []
    if until:
        said.append(t.data_until(when=until.text))
    if computed:
        said.append(t.computed_at(when=computed.text))
    return said


async def around(api: Api, judged: Mapping[str, Any]) -> Sequence[Any]:
    """The agencies, and the document of the revision that judged."""
    return await gather(
        all_agencies(api),
        api.get(f"{gathering.SLA}/agreements/{judged['agreement']}/revisions/{judged['agreement_revision']}"),
    )
