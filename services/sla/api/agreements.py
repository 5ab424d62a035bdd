"""`/agreements`: what is in force is public unless its parties say otherwise; the rest is the parties'."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Request, Response

from services.sla.api.common import CODE, Code, Digest, code_cursor, database
from services.sla.api.signatures import check_signed_in_again
from services.sla.domain.answers import answer
from services.sla.domain.clauses import answers
from services.sla.domain.differences import differences
from services.sla.domain.signing import OwnSignature
from services.sla.handlers import drafts, moves
from services.sla.handlers.access import no_agreement, no_revision
from services.sla.schemas.agreements import AcceptanceBody, ChildDocument, Document, OfferBody, RejectionBody
from services.sla.schemas.answers import Agreements, AgreementView, Differences, RevisionState
from services.sla.store import agreements as store
from shared.auth import MaybeSignedIn, Principal, Role, requires
from shared.db import Connection
from shared.errors import Fault, Unprocessable
from shared.http import After, Json, Limit, StrictRoute, cursor, perform

router = APIRouter(prefix="/api/sla/v1", route_class=StrictRoute, tags=["agreements"])

REVISION = "/agreements/{code}/revisions/{digest}"


@router.post("/agreements", status_code=201, response_model=AgreementView)
async def draft_agreement(
    request: Request, body: Document, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """A new agreement as a draft. Its parties see it; nobody is bound."""
    return await perform(
        request,
        database(request),
        drafts.draft_agreement,
        drafts.Draft(caller, body.plain()),
        status=201,
        location=lambda made: f"/api/sla/v1/agreements/{made['code']}",
    )


@router.get("/agreements", response_model=Agreements)
async def list_agreements(
    request: Request,
    caller: MaybeSignedIn,
    service: Annotated[str | None, Query(pattern=CODE)] = None,
    state: Annotated[RevisionState | None, Query()] = None,
    party: Annotated[str | None, Query(pattern=CODE)] = None,
    include: Annotated[
        Literal["document"] | None, Query(description="The document of each revision in force beside it.")
    ] = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """Agreements by code, each as far as the caller may see it."""
    db = database(request)
    agency, now = caller.agency if caller else None, db.clock()
    place = code_cursor(after)

    def read(connection: Connection) -> tuple[list[dict[str, Any]], str | None]:
        found = store.list_open(
            connection, agency, now, service=service, party=party, state=state, after=place, limit=limit + 1
        )
        more = cursor(found[limit - 1].code) if len(found) > limit else None
        items = [answer(each, agency, now) for each in found[:limit]]
        if include is not None:
            texts = store.documents(connection, [each["in_force"] for each in items if each["in_force"]])
            for each in items:
                text = texts.get(each["in_force"])
                each["document"] = None if text is None else msgspec.Raw(text.encode())
        return items, more

    items, more = await db.read(read)
    return Json({"items": items, "next": more})


@router.get("/agreements/{code}", response_model=AgreementView)
async def get_agreement(request: Request, code: Code, caller: MaybeSignedIn) -> Response:
    """Where an agreement stands: its revisions and what each party did."""
    db = database(request)
    agency, now = caller.agency if caller else None, db.clock()
    found = await db.read(store.find_open, code, agency, now)
    if found is None:
        raise no_agreement(code)
    return Json(answer(found, agency, now))


@router.get(REVISION, response_model=Document)
async def get_revision(request: Request, code: Code, digest: Digest, caller: MaybeSignedIn) -> Response:
    """The stored document, in its RFC 8785 form to the byte: the SHA-256 of this answer is the hash."""
    text = await _document(request, code, digest, caller)
    return Json(text.encode(), headers={"ETag": f'"{digest}"'})


@router.get(REVISION + "/diff", response_model=Differences)
async def compare_revisions(
    request: Request,
    code: Code,
    digest: Digest,
    caller: MaybeSignedIn,
    against: Annotated[
        str | None, Query(pattern=r"^[0-9a-f]{64}$", description="A revision's hash; else the parent.")
    ] = None,
) -> Response:
    """What a revision says otherwise than another one, clause by clause."""
    after = json.loads(await _document(request, code, digest, caller))
    other = against or after["parent"]
    if other is None:
        raise Unprocessable(
            "this revision follows none",
            errors=[Fault("?against", "name the hash of the revision to compare it with")],
        )
    before = json.loads(await _document(request, code, other, caller))
    found = answers(differences(before, after))
    return Json({"hash": digest, "against": other, "differences": found})


@router.post("/agreements/{code}/revisions", status_code=201, response_model=AgreementView)
async def revise_agreement(
    request: Request, code: Code, body: ChildDocument, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """A counter-offer or an amendment, as a draft: the whole document with the hash of its `parent`."""
    return await perform(
        request,
        database(request),
        drafts.revise_agreement,
        drafts.Revise(caller, code, {"code": code, **body.plain()}),
        status=201,
    )


@router.post(REVISION + "/offer", response_model=AgreementView)
async def offer_revision(
    request: Request,
    code: Code,
    digest: Digest,
    body: OfferBody | None = None,
    caller: Principal = requires(Role.NEGOTIATOR),
) -> Response:
    """Puts an own draft on the table; what lay there is superseded and its acceptances are void."""
    expires_at = body.expires_at if body else None
    return await perform(
        request, database(request), moves.offer_revision, moves.Offer(caller, code, digest, expires_at)
    )


@router.post(REVISION + "/opened", response_model=AgreementView)
async def open_revision(
    request: Request,
    code: Code,
    digest: Digest,
    caller: Principal = requires(Role.NEGOTIATOR, Role.SIGNATORY),
) -> Response:
    """Says that the caller's agency has opened an offer."""
    return await perform(request, database(request), moves.open_revision, moves.Move(caller, code, digest))


@router.post(REVISION + "/acceptances", response_model=AgreementView)
async def accept_revision(
    request: Request,
    code: Code,
    digest: Digest,
    body: AcceptanceBody,
    caller: Principal = requires(Role.SIGNATORY),
) -> Response:
    """Signs for the caller's own agency, or for one that delegated it. The last party's acceptance puts the
    revision in force.

    A person signs with a token whose password was given just before. What is not signed with a key of the
    agency's own is witnessed by the deployment's key (`…/signed`).
    """
    check_signed_in_again(request, caller, database(request).clock())
    own = OwnSignature(body.kid, body.signature) if body.kid and body.signature else None
    command = moves.Accept(caller, code, digest, body.hash, body.for_, own)
    return await perform(request, database(request), moves.accept_revision, command)


@router.post(REVISION + "/rejections", response_model=AgreementView)
async def reject_revision(
    request: Request,
    code: Code,
    digest: Digest,
    body: RejectionBody,
    caller: Principal = requires(Role.SIGNATORY),
) -> Response:
    """Ends an offer for good; a later child may follow it."""
    return await perform(
        request,
        database(request),
        moves.reject_revision,
        moves.Reject(caller, code, digest, body.reason, body.clause, body.for_),
    )


@router.post(REVISION + "/withdrawal", response_model=AgreementView)
async def withdraw_revision(
    request: Request, code: Code, digest: Digest, caller: Principal = requires(Role.NEGOTIATOR)
) -> Response:
    """Takes back an own draft, or an own offer that not all have accepted."""
    return await perform(
        request, database(request), moves.withdraw_revision, moves.Move(caller, code, digest)
    )


async def _document(request: Request, code: str, digest: str, caller: Principal | None) -> str:
    db = database(request)
    found = await db.read(store.document_open_to, code, digest, caller.agency if caller else None, db.clock())
    if found is None:
        raise no_revision(code, digest)
    return found
