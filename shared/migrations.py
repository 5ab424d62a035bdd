"""Alembic, one version table per service in the service's own schema.

Each service keeps its steps in ``services/<name>/migrations/*.py``. Only ``migrate`` runs them (embedded:
before serving), one process at a time.
"""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa

from shared.db import Database

# Alembic is imported where a step has to be taken: a warm start has none and does not pay for it.

_LOCK = 7_263_517  # any number, the same in every process that migrates


def is_newest(db: Database, folder: Path) -> bool:
    """Whether the schema stands at the one step that no other follows."""
    sources = [file.read_text(encoding="utf-8") for file in folder.glob("[0-9]*.py")]
    steps = {name for text in sources for name in re.findall(r'^revision = "(\w+)"', text, re.M)}
    followed = {name for text in sources for name in re.findall(r'^down_revision = "(\w+)"', text, re.M)}

    def stands_at(connection: sa.Connection) -> set[str]:
        if not sa.inspect(connection).has_table("schema_version"):
            return set()
        return set(connection.execute(sa.text("SELECT version_num FROM schema_version")).scalars())

    return bool(steps) and db.snapshot(stands_at) == steps - followed


def migrate(db: Database, folder: Path) -> list[str]:
    """Brings a service's schema to its newest step. Returns the steps it took."""
    if is_newest(db, folder):
        return []
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(folder.parent))
    config.set_main_option("version_locations", str(folder))
    config.set_main_option("path_separator", "newline")
    script = ScriptDirectory.from_config(config)
    taken: list[str] = []

    def steps(current: object, _context: object) -> list[object]:
        found = script._upgrade_revs("head", current)  # type: ignore[arg-type]
        taken.extend(step.name or "" for step in found)
        return list(found)

    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            if not connection.execute(
                sa.text("SELECT 1 FROM pg_namespace WHERE nspname = :name"), {"name": db.service}
            ).scalar():
                connection.execute(sa.text(f'CREATE SCHEMA "{db.service}"'))
            connection.commit()
        try:
            with EnvironmentContext(config, script, fn=steps) as environment:
                environment.configure(connection=connection, version_table="schema_version")
                with environment.begin_transaction():
                    environment.run_migrations()
            connection.commit()
        finally:
            if connection.dialect.name == "postgresql":
                connection.rollback()
                connection.execute(sa.text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
                connection.commit()
    return taken
