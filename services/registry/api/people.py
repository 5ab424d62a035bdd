"""People of an agency, their invitations and their one-time links to a new password."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.registry.api.common import (
    BASE,
    db,
    if_match,
    no_store,
    passwords,
    perform_sealed,
    revoked,
    settings,
    tagged,
)
from services.registry.domain import password_fault
from services.registry.handlers import people as handlers
from services.registry.handlers.clients import may_see
from services.registry.schemas import (
    CodeInPath,
    IdInPath,
    Invitation,
    Invited,
    OneTimeLink,
    PasswordIn,
    PersonIn,
    PersonOut,
    PersonPatch,
    TokenInPath,
)
from services.registry.store import public as agencies
from services.registry.store import subjects as store
from services.registry.tokens import digest
from services.registry.views import person_out
from shared.auth import Principal, Role, SignedIn, public, requires
from shared.db import Connection
from shared.errors import Fault, Forbidden, NotFound, Unprocessable
from shared.http import After, Json, Limit, Page, StrictRoute, cursor, perform, read_cursor

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["people"])


@router.get("/agencies/{code}/people")
async def list_people(
    request: Request,
    code: CodeInPath,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.OPERATOR),
    after: After = None,
    limit: Limit = 100,
) -> Page[PersonOut]:
    """An agency's people by name, for its admin; the operator sees those that are agency_admin."""
    own = caller.has(Role.AGENCY_ADMIN) and caller.acts_for(code)
    if not own and not caller.has(Role.OPERATOR):
        raise Forbidden("an agency's people are listed by its own admin")
    place = read_cursor(after, str, str)

    def page(connection: Connection) -> Page[PersonOut]:
        if agencies.agency_by_code(connection, code) is None:
            raise NotFound("there is no agency with this code")
        rows = store.people(connection, code, not own, place, limit + 1)
        return Page(
            items=[person_out(row) for row in rows[:limit]],
            next=cursor(rows[limit - 1].sort_key, rows[limit - 1].id) if len(rows) > limit else None,
        )

    return await db(request).read(page)


@router.post("/agencies/{code}/people", status_code=201, response_model=Invited)
async def invite_person(
    request: Request,
    code: CodeInPath,
    body: PersonIn,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.OPERATOR),
) -> Response:
    """Invites a person; the link that takes the invitation up is shown this once."""
    return await perform_sealed(
        request,
        handlers.invite_person,
        handlers.Invite(caller, code, body, settings(request).invitation_lifetime),
        status=201,
        location=lambda made: f"{BASE}/people/{made.person.id}",
    )


@router.get("/people/{id}")
async def read_person(request: Request, response: Response, id: IdInPath, caller: SignedIn) -> PersonOut:
    """A person, for themselves, for their agency's admin, and for the operator who appointed them."""
    row = await db(request).read(store.person_by_id, id)
    if row is None or not may_see(caller, row):
        raise NotFound("there is no person with this id, or they belong to another agency")
    tagged(response, row.version)
    return person_out(row)


@router.patch("/people/{id}", response_model=PersonOut)
async def change_person(
    request: Request,
    id: IdInPath,
    body: PersonPatch,
    caller: Principal = requires(Role.AGENCY_ADMIN, Role.OPERATOR),
) -> Response:
    """Name, address, roles, or state. Who is disabled is signed out everywhere at once."""
    answer = await perform(
        request,
        db(request),
        handlers.change_person,
        handlers.ChangePerson(caller, id, body, if_match(request)),
        tag=lambda done: done.version,
    )
    revoked(request)
    return answer


@router.delete("/people/{id}", status_code=204)
async def erase_person(
    request: Request, id: IdInPath, caller: Principal = requires(Role.AGENCY_ADMIN)
) -> Response:
    """Erases a person's name and address and ends their access; the id stays."""
    command = handlers.NewLink(caller, id, "", settings(request).reset_lifetime)
    answer = await perform(request, db(request), handlers.erase_person, command, status=204)
    revoked(request)
    return answer


@router.post("/people/{id}/invitation", status_code=201, response_model=OneTimeLink)
async def invite_again(
    request: Request, id: IdInPath, caller: Principal = requires(Role.AGENCY_ADMIN, Role.OPERATOR)
) -> Response:
    """Another invitation for who has not taken up theirs; the one before is void."""
    command = handlers.NewLink(caller, id, handlers.INVITATION, settings(request).invitation_lifetime)
    return await perform_sealed(request, handlers.new_link, command, status=201)


@router.post("/people/{id}/reset", status_code=201, response_model=OneTimeLink)
async def offer_reset(
    request: Request, id: IdInPath, caller: Principal = requires(Role.AGENCY_ADMIN, Role.OPERATOR)
) -> Response:
    """A one-time link to a new password, to be handed to the person; the one before is void."""
    command = handlers.NewLink(caller, id, handlers.RESET, settings(request).reset_lifetime)
    return await perform_sealed(request, handlers.new_link, command, status=201)


# --- the holder of a link ----------------------------------------------------------------------------


async def _holder(request: Request, token: str, purpose: str) -> Invitation:
    now = db(request).clock()

    def one(connection: Connection) -> Invitation | None:
        link = store.link_by_hash(connection, digest(token), purpose, now)
        row = None if link is None else store.person_by_id(connection, link.person)
        if link is None or row is None:
            return None
        return Invitation(
            name=row.person_name, email=row.email, agency=row.agency, expires_at=link.expires_at
        )

    found = await db(request).read(one)
    if found is None:
        raise NotFound("this link was used, has expired, or never was; ask your agency's admin for another")
    return found


async def _set_password(request: Request, token: str, purpose: str, password: str) -> Response:
    holder = await _holder(request, token, purpose)
    fault = password_fault(password, holder.email)
    if fault is not None:
        raise Unprocessable("the password is not good enough", errors=[Fault("/password", fault)])
    hashed = await passwords(request).hash(password)
    # Not by Idempotency-Key: that would keep a fast hash of the password. A link works once anyway.
    done = await db(request).write(handlers.set_password, handlers.SetPassword(token, purpose, hashed))
    revoked(request)
    return no_store(Json(done))


@router.get("/invitations/{token}", dependencies=[public])
async def read_invitation(request: Request, response: Response, token: TokenInPath) -> Invitation:
    """Whom an invitation is for."""
    no_store(response)
    return await _holder(request, token, handlers.INVITATION)


@router.post("/invitations/{token}/acceptance", dependencies=[public], response_model=PersonOut)
async def accept_invitation(request: Request, token: TokenInPath, body: PasswordIn) -> Response:
    """Takes an invitation up with a password of one's own; then sign in."""
    return await _set_password(request, token, handlers.INVITATION, body.password)


@router.get("/resets/{token}", dependencies=[public])
async def read_reset(request: Request, response: Response, token: TokenInPath) -> Invitation:
    """Whom a link to a new password is for."""
    no_store(response)
    return await _holder(request, token, handlers.RESET)


@router.post("/resets/{token}", dependencies=[public], response_model=PersonOut)
async def reset_password(request: Request, token: TokenInPath, body: PasswordIn) -> Response:
    """Sets a new password; who was signed in with the old one is signed out."""
    return await _set_password(request, token, handlers.RESET, body.password)
