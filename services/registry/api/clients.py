"""Clients: systems that call as an agency (or as the operator), with roles and a secret."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.registry.api.common import (
    BASE,
    db,
    if_match,
    perform_sealed,
    revoked,
    settings,
    tagged,
)
from services.registry.handlers import clients as handlers
from services.registry.schemas import (
    ClientIn,
    ClientMade,
    ClientOut,
    ClientPatch,
    CodeInPath,
    IdInPath,
    OperatorIn,
    Rotated,
    RotationIn,
)
from services.registry.store import public
from services.registry.store import subjects as store
from services.registry.views import client_out
from shared.auth import Principal, Role, SignedIn, requires
from shared.db import Connection
from shared.errors import Forbidden, NotFound
from shared.http import After, Limit, Page, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["clients"])


async def _page(
    request: Request, agency: str | None, admins_only: bool, after: str | None, limit: int
) -> Page[ClientOut]:
    place = read_cursor(after, str)
    now = db(request).clock()

    def page(connection: Connection) -> Page[ClientOut]:
        if agency is not None and public.agency_by_code(connection, agency) is None:
            raise NotFound("there is no agency with this code")
        rows = store.clients(connection, agency, admins_only, place[0] if place else None, limit + 1)
        secrets = store.secrets_of(connection, [row.id for row in rows[:limit]], now)
        return Page(
            items=[client_out(row, secrets[row.id]) for row in rows[:limit]],
            next=cursor(rows[limit - 1].id) if len(rows) > limit else None,
        )

    return await db(request).read(page)


@router.get("/agencies/{code}/clients")
async def list_clients(
    request: Request,
    code: CodeInPath,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.OPERATOR),
    after: After = None,
    limit: Limit = 100,
) -> Page[ClientOut]:
    """An agency's clients, for its admin; the operator sees those that are agency_admin."""
    own = caller.has(Role.AGENCY_ADMIN) and caller.acts_for(code)
    if not own and not caller.has(Role.OPERATOR):
        raise Forbidden("an agency's clients are listed by its own admin")
    return await _page(request, code, not own, after, limit)


@router.post("/agencies/{code}/clients", status_code=201, response_model=ClientMade)
async def make_client(
    request: Request,
    code: CodeInPath,
    body: ClientIn,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.OPERATOR),
) -> Response:
    """A new client with its secret, which is shown this once."""
    return await perform_sealed(
        request,
        handlers.make_client,
        handlers.MakeClient.of(caller, code, body),
        status=201,
        location=lambda made: f"{BASE}/clients/{made.client_id}",
    )


@router.get("/operators")
async def list_operators(
    request: Request,
    caller: Principal = requires(Role.OPERATOR),
    after: After = None,
    limit: Limit = 100,
) -> Page[ClientOut]:
    """The operator's clients."""
    return await _page(request, None, False, after, limit)


@router.post("/operators", status_code=201, response_model=ClientMade)
async def make_operator(
    request: Request, body: OperatorIn, caller: Principal = requires(Role.OPERATOR)
) -> Response:
    """Another client of the operator."""
    return await perform_sealed(
        request,
        handlers.make_client,
        handlers.MakeClient(caller, None, body.name, (Role.OPERATOR,)),
        status=201,
        location=lambda made: f"{BASE}/clients/{made.client_id}",
    )


@router.get("/clients/{id}")
async def read_client(request: Request, response: Response, id: IdInPath, caller: SignedIn) -> ClientOut:
    """A client, for itself, for its agency's admin, and for the operator who appointed it."""
    now = db(request).clock()

    def one(connection: Connection) -> ClientOut:
        row = store.client_by_id(connection, id)
        if row is None or not handlers.may_see(caller, row):
            raise NotFound("there is no client with this id, or it is another agency's")
        return client_out(row, store.secrets_of(connection, [id], now)[id])

    found = await db(request).read(one)
    tagged(response, found.version)
    return found


@router.patch("/clients/{id}", response_model=ClientOut)
async def change_client(
    request: Request,
    id: IdInPath,
    body: ClientPatch,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.OPERATOR),
) -> Response:
    """Name, roles, or state. Disabled, or with other roles, its access tokens are void at once."""
    answer = await perform(
        request,
        db(request),
        handlers.change_client,
        handlers.ChangeClient(caller, id, body, if_match(request)),
        tag=lambda done: done.version,
    )
    revoked(request)
    return answer


@router.post("/clients/{id}/rotate", response_model=Rotated)
async def rotate_secret(
    request: Request, id: IdInPath, caller: SignedIn, body: RotationIn | None = None
) -> Response:
    """A new secret; the old one stays good for the overlap. By the client itself or its admin."""
    asked = body.overlap if body is not None else None
    overlap = settings(request).secret_overlap if asked is None else asked
    return await perform_sealed(request, handlers.rotate_secret, handlers.RotateSecret(caller, id, overlap))
