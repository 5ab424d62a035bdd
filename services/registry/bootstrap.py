"""The operator's first client: from the environment, or made at the first start with its secret in a file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import structlog

from services.registry.handlers.clients import PREFIX, add_client
from services.registry.settings import RegistrySettings
from services.registry.store import subjects as store
from services.registry.tokens import new_secret
from shared.auth import Role
from shared.db import Database, UnitOfWork
from shared.service import Fatal
from shared.settings import Settings

log = structlog.get_logger(__name__)

NAME = "first client of the operator"


def credentials_file(settings: Settings) -> Path:
    """Where the first start leaves the operator's credentials (mode 0600) when the environment names none."""
    return settings.data_dir / "operator-credentials.json"


def _add(given: tuple[str, str], uow: UnitOfWork) -> bool:
    id, secret = given
    if store.client_by_id(uow.connection, id) is not None:
        return False
    add_client(uow, id, secret, None, NAME, [Role.OPERATOR])
    return True


def _add_if_first(given: tuple[str, str], uow: UnitOfWork) -> bool:
    return not store.operator_exists(uow.connection) and _add(given, uow)


async def bootstrap(db: Database, settings: RegistrySettings) -> None:
    """Makes the operator's client if there is none (safe to repeat).

    With `SANYA_BOOTSTRAP_CLIENT_ID` a client of that id is made where none has it: another id is the way
    back in for an operator who lost every secret. An existing one keeps the secret it has.
    """
    if settings.bootstrap_client_id:
        if await db.write(_add, (settings.bootstrap_client_id, settings.bootstrap_client_secret)):
            log.info("made the operator's client", client_id=settings.bootstrap_client_id)
        return
    if await db.read(store.operator_exists):
        return
    file = credentials_file(settings)
    given = ("operator", new_secret(PREFIX))
    try:
        _write(file, given)
    except OSError as error:
        raise Fatal(
            f"no operator is known, and {file} can't be written ({error.strerror}): set "
            "SANYA_BOOTSTRAP_CLIENT_ID and SANYA_BOOTSTRAP_CLIENT_SECRET (or _FILE), or SANYA_DATA_DIR"
        ) from error
    # The file first: a crash in between leaves a file without a client, which the next start replaces.
    if await db.write(_add_if_first, given):
        log.info("made the operator's client", credentials=str(file))
    else:
        file.unlink()


def _write(file: Path, given: tuple[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump({"client_id": given[0], "client_secret": given[1]}, out, indent=2)
        out.write("\n")
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
