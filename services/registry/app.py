"""The wiring of the registry."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from services.registry.bootstrap import bootstrap
from services.registry.handlers import keys, sessions
from services.registry.passwords import Passwords
from services.registry.settings import RegistrySettings
from shared.db import Database
from shared.service import Context, Service
from shared.settings import Settings

log = structlog.get_logger(__name__)

KEY_CHECK_SECONDS = 60


@asynccontextmanager
async def _answering(context: Context) -> AsyncIterator[None]:
    assert isinstance(context.settings, RegistrySettings)
    await bootstrap(context.db, context.settings)
    passwords = Passwords()
    context.parts["passwords"] = passwords
    provider = None
    if context.settings.oidc_issuer:
        from services.registry.provider import Provider  # with its library, where people sign in so

        provider = Provider(context.settings)
    context.parts["oidc"] = provider
    try:
        yield
    finally:
        passwords.close()
        if provider is not None:
            await provider.close()


async def _keep_keys_fresh(context: Context) -> None:
    while True:
        if await context.db.write(keys.keep_fresh, context.settings):
            log.info("rotated the key that signs access tokens")
        await asyncio.sleep(KEY_CHECK_SECONDS)


def _first_key(db: Database, _settings: Settings) -> None:
    db.transact(keys.ensure_key)


service = Service(
    name="registry",
    routes="services.registry.api",
    settings=RegistrySettings,
    migrations=Path(__file__).parent / "migrations",
    timers={"tidy": sessions.tidy},
    leading=(_keep_keys_fresh,),
    lifespan=_answering,
    after_migrate=_first_key,
)
