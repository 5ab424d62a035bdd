"""The evidence log for everybody: keys, checkpoints, proofs; for parties, bundles that prove themselves."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AwareDatetime

from services.evaluation.api.common import BASE, database
from services.evaluation.domain import merkle, notes
from services.evaluation.domain.merkle import Folded
from services.evaluation.handlers import sequencing
from services.evaluation.handlers.sequencing import Cosign
from services.evaluation.reading.bundle import Wanted, bundle
from services.evaluation.schemas.evidence import (
    MOST_SIZE,
    CheckpointOut,
    ConsistencyOut,
    Cosignature,
    CosignatureOut,
    InclusionOut,
    LogKeyOut,
    LogKeysOut,
)
from services.evaluation.settings import Settings
from services.evaluation.store import evidence as store
from services.evaluation.store import signers
from services.evaluation.store.evidence import Signed
from services.evaluation.store.signers import LogKey
from shared.auth import Principal, Role, SignedIn, public, requires
from shared.clock import rfc3339, to_micros
from shared.db import Connection, UnitOfWork
from shared.errors import Fault, NotFound, Unprocessable
from shared.http import After, Json, Limit, Page, StrictRoute, cursor, perform, read_cursor
from shared.signatures import KEY_BYTES, decode

router = APIRouter(prefix=f"{BASE}/evidence", route_class=StrictRoute, tags=["evidence"])

LeafHash = Annotated[
    str, Query(pattern="^[0-9a-f]{64}$", description="SHA-256 of a zero byte and the leaf's data, in hex.")
]
Size = Annotated[int, Query(ge=1, le=MOST_SIZE)]


# --- the log -----------------------------------------------------------------------------------------


@router.get("/keys", response_model=LogKeysOut, dependencies=[public])
async def list_log_keys(request: Request) -> Response:
    """The public keys with which the log signs its checkpoints and bundles, ended ones too."""
    found = await database(request).read(signers.log_keys)
    return Json({"items": [_key(each) for each in found]}, headers={"Cache-Control": "public, max-age=60"})


@router.post("/keys/rotate", status_code=201, response_model=LogKeyOut)
async def rotate_log_key(request: Request, caller: Principal = requires(Role.OPERATOR)) -> Response:
    """A new key signs from now on; the old one's private half is erased, its signatures stay good."""
    settings = request.app.state.contexts["evaluation"].settings
    assert isinstance(settings, Settings)

    def rotate(origin: str, uow: UnitOfWork) -> dict[str, Any]:
        return _key(sequencing.rotate_key(origin, uow))

    return await perform(request, database(request), rotate, settings.evidence_origin, status=201)


@router.get(
    "/checkpoint",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "A signed note"}},
    dependencies=[public],
)
async def get_checkpoint(
    request: Request,
    size: Annotated[int | None, Query(ge=1, le=MOST_SIZE, description="Of how many leaves.")] = None,
) -> Response:
    """The newest checkpoint, or the one of a size, as a signed note (c2sp.org/tlog-checkpoint)."""

    def read(connection: Connection) -> str:
        return str(_checkpoint(connection, _find(connection, size))["note"])

    return Response(await database(request).read(read), media_type="text/plain; charset=utf-8")


@router.get("/checkpoints", dependencies=[public])
async def list_checkpoints(request: Request, limit: Limit = 100, after: After = None) -> Page[CheckpointOut]:
    """Every checkpoint, newest first, with the agencies' cosignatures."""
    place = read_cursor(after, int)

    def read(connection: Connection) -> tuple[list[dict[str, Any]], bool]:
        found = store.list_checkpoints(connection, None if place is None else place[0], limit + 1)
        return [_checkpoint(connection, each) for each in found[:limit]], len(found) > limit

    items, more = await database(request).read(read)
    return Page(
        items=[CheckpointOut.model_validate(each) for each in items],
        next=cursor(items[-1]["size"]) if more else None,
    )


@router.post("/cosignatures", status_code=201, response_model=CosignatureOut)
async def cosign_checkpoint(
    request: Request, body: Cosignature, caller: Principal = requires(Role.SIGNATORY)
) -> Response:
    """Your agency's own key says that this is the largest log it has seen, grown from all before it."""
    command = Cosign(caller, body.size, body.kid, body.time, body.signature)
    return await perform(request, database(request), sequencing.cosign, command, status=201)


@router.get("/inclusion", dependencies=[public])
async def prove_inclusion(
    request: Request,
    leaf: LeafHash,
    size: Annotated[
        int | None, Query(ge=1, le=MOST_SIZE, description="Of the tree; default: the newest checkpoint's.")
    ] = None,
) -> InclusionOut:
    """What proves that a leaf is in the log. Who has a fact makes its leaf and hash (docs/evidence.md)."""

    def read(connection: Connection) -> dict[str, Any]:
        found = store.leaf_by_hash(connection, leaf)
        within = _size(connection, size)
        if found is None or found.position is None or found.position >= within:
            raise NotFound(f"no such leaf among the first {within}")
        path = merkle.inclusion(found.position, within)
        covering = merkle.covering(0, within)
        nodes = store.nodes(connection, merkle.nodes_of([path, [covering]]))
        return {
            "leaf": leaf,
            "position": found.position,
            "size": within,
            "root": merkle.folded(covering, nodes.__getitem__).hex(),
            "path": [base64.b64encode(one).decode() for one in merkle.proof(path, nodes.__getitem__)],
        }

    return InclusionOut.model_validate(await database(request).read(read))


@router.get("/consistency", dependencies=[public])
async def prove_consistency(
    request: Request, old: Annotated[Size, Query(alias="from")], new: Annotated[Size, Query(alias="to")]
) -> ConsistencyOut:
    """What proves that the tree of `to` leaves begins with that of `from`: that nothing was taken back."""
    if old > new:
        raise Unprocessable(
            "a tree does not begin with a larger one", errors=[Fault("?from", "at most `to`")]
        )

    def read(connection: Connection) -> list[str]:
        if new > store.size_of(connection):
            raise NotFound(f"the log has fewer than {new} leaves")
        return _proof(connection, merkle.consistency(old, new))

    path = await database(request).read(read)
    return ConsistencyOut.model_validate({"from": old, "to": new, "path": path})


def _proof(connection: Connection, path: Sequence[Folded]) -> list[str]:
    nodes = store.nodes(connection, merkle.nodes_of([path]))
    return [base64.b64encode(one).decode() for one in merkle.proof(path, nodes.__getitem__)]


def _find(connection: Connection, size: int | None) -> Signed:
    found = store.newest_checkpoint(connection) if size is None else store.checkpoint_of(connection, size)
    if found is None:
        raise NotFound("there is no checkpoint yet" if size is None else f"no checkpoint has {size} leaves")
    return found


def _size(connection: Connection, size: int | None) -> int:
    if size is None:
        return _find(connection, None).size
    if size > store.size_of(connection):
        raise NotFound(f"the log has fewer than {size} leaves")
    return size


def _checkpoint(connection: Connection, found: Signed) -> dict[str, Any]:
    cosigned = store.cosignatures_of(connection, found.size)
    return {
        "size": found.size,
        "at": rfc3339(found.at),
        "root": found.root,
        "note": notes.note(found.body, found.line, *(each.line for each in cosigned)),
        "cosignatures": [
            {"size": one.size, "agency": one.agency, "kid": one.kid, "time": one.time, "line": one.line}
            for one in cosigned
        ],
    }


def _key(key: LogKey) -> dict[str, Any]:
    public_half = decode(str(key.jwk["x"]), KEY_BYTES)
    assert public_half is not None
    return {
        "kid": key.kid,
        "origin": key.origin,
        "jwk": key.jwk,
        "verifier_key": notes.verifier_key(key.origin, notes.ED25519, public_half),
        "valid_from": rfc3339(key.valid_from),
        "valid_until": None if key.valid_until is None else rfc3339(key.valid_until),
    }


# --- bundles -----------------------------------------------------------------------------------------


@router.get(
    "/agreements/{code}/bundle",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}, "description": "The bundle"}},
)
async def get_bundle(
    request: Request,
    caller: SignedIn,
    code: Annotated[str, Path(max_length=64)],
    start: Annotated[
        AwareDatetime | None, Query(alias="from", description="The window's end lies behind it.")
    ] = None,
    end: Annotated[
        AwareDatetime | None, Query(alias="to", description="The window's end lies at it or before.")
    ] = None,
) -> Response:
    """The evidence of an agreement and a period, for its parties: one zip that proves itself offline.

    Revisions, acceptances, exclusions, corrections, final results with their basis, batches' hashes, proofs
    and the checkpoint; `docs/verify/verify.py` checks it. Without a period: everything. What is younger than
    the newest checkpoint waits for the next one (`waiting` in the index). No raw measurements.
    """
    db = database(request)
    low = 0 if start is None else to_micros(start)
    high = to_micros(db.clock()) if end is None else to_micros(end)
    if end is not None and high <= low:
        raise Unprocessable("an empty period", errors=[Fault("?to", "must be later than `from`")])
    found = await db.read(bundle, Wanted(code, low, high, caller.agency))
    return Response(
        found,
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{code}-evidence.zip"',
            "Vary": "Authorization",
        },
    )
