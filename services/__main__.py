"""The command `sanya`. Operations commands are here; what speaks REST is in `services/cli`."""

from __future__ import annotations

import gc

# Importing makes hundreds of thousands of objects that stay: looking for circles among them took a sixth of
# the start. `main` leaves it off until `shared.service.run` turns it on again, seldom; whoever only imports
# this (the tests do) has it on.
gc.disable()

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console

from services.cli import app as rest
from services.cli.importing import progress_bar
from shared.bus import prepare
from shared.service import ROLES, DataLock, Fatal, Service, run
from shared.settings import Settings
from shared.telemetry import configure_logs

app = typer.Typer(
    name="sanya",
    help="Service-level agreements shared between agencies.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
say = Console(stderr=True, highlight=False, soft_wrap=True)

EXIT_DIFFERENT = 1
EXIT_USAGE = 2
EXIT_FATAL = 3

ServiceNames = Annotated[
    list[str] | None, typer.Argument(metavar="[SERVICE]...", help="Default: all of them.")
]


def _chosen(names: list[str] | None) -> list[Service]:
    from services.catalogue import SERVICES

    unknown = [name for name in names or () if name not in SERVICES]
    if unknown:
        say.print(f"unknown service: {', '.join(unknown)}; there are: {', '.join(SERVICES)}")
        raise typer.Exit(EXIT_USAGE)
    return [SERVICES[name] for name in names or SERVICES]


@contextmanager
def _stores_to_ourselves(settings: Settings) -> Iterator[None]:
    """Embedded: refuses while a server holds the data folder."""
    if not settings.embedded:
        yield
        return
    lock = DataLock(Path(settings.database.removeprefix("sqlite:///")))
    lock.take()
    try:
        yield
    finally:
        lock.release()


@app.command()
def serve(
    services: ServiceNames = None,
    role: Annotated[
        str, typer.Option(help="api: answers requests; worker: consumes, relays; all: both.")
    ] = "all",
) -> None:
    """Serves some services, or all, in one process on SANYA_HOST:SANYA_PORT."""
    if role not in ROLES:
        say.print(f"--role is one of {', '.join(ROLES)}, not {role}")
        raise typer.Exit(EXIT_USAGE)
    chosen = _chosen(services)
    raise typer.Exit(run(*chosen, role=role, announce=_announce))


def _announce(url: str, settings: Settings) -> None:
    credentials = settings.data_dir / "operator-credentials.json"
    if not settings.embedded:
        return
    where = f"\n  operator   {credentials}  (client id and secret)" if credentials.exists() else ""
    say.print(
        f"\nSanya runs at {url}{where}\n"
        f"  pages      {url}/\n"
        f"  APIs       {url}/docs\n\n"
        "Next: `make demo` in another terminal loads an example; README.md goes on from there.\n"
    )


@app.command()
def migrate(services: ServiceNames = None) -> None:
    """Brings the schemas to their newest version and creates the topics."""
    settings = Settings()
    configure_logs(settings.log_level, settings.log_format)
    with _stores_to_ourselves(settings):
        for service in _chosen(services):
            steps = service.migrate(service.settings())
            say.print(f"{service.name}: {'; '.join(steps) if steps else 'up to date'}")
    asyncio.run(prepare(settings.bus))
    if not settings.embedded:
        say.print("topics: as declared")


@app.command("dead-letters")
def dead_letters(
    action: Annotated[str, typer.Argument(help="list or redrive")],
    service: Annotated[str, typer.Argument(help="The service whose dead letters they are.")],
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
) -> None:
    """Lists records that could not take effect, with the reason; or tries them again, oldest first."""
    from shared import auth
    from shared.inbox import list_dead, redrive

    if action not in {"list", "redrive"}:
        say.print("the action is list or redrive")
        raise typer.Exit(EXIT_USAGE)
    (chosen,) = _chosen([service])
    settings = chosen.settings()
    with _stores_to_ourselves(settings):
        db = chosen.open_database(settings)
        try:
            if action == "list":
                for row in db.snapshot(list_dead, limit):
                    print(
                        f"{row.id}\t{row.died_at:%Y-%m-%dT%H:%M:%SZ}\t{row.topic}/{row.partition}"
                        f"@{row.offset}\t{row.type}\t{row.reason}"
                    )
                return
            subscription = chosen.subscription.joined(auth.subscription)

            def again(_command: Any, uow: Any) -> tuple[int, int]:
                return redrive(limit, uow, subscription)

            done, failed = db.transact(again)
            say.print(f"{done} took effect, {failed} failed again")
        finally:
            db.close()


@app.command()
def republish(
    topics: Annotated[list[str], typer.Argument(help="Topics to tell again from the outbox.")],
) -> None:
    """Tells everything that is kept of some topics again (after a broker lost its log).

    Consumers read these topics from the beginning; what they know already they recognise.
    """
    from shared.events.topics import TOPICS
    from shared.inbox import forget_positions
    from shared.outbox import republish as again

    settings = Settings()
    unknown = [name for name in topics if name not in TOPICS]
    if unknown:
        say.print(f"unknown topic: {', '.join(unknown)}; there are: {', '.join(TOPICS)}")
        raise typer.Exit(EXIT_USAGE)
    if settings.embedded:
        say.print("embedded mode reads the outbox itself: there is nothing to publish again")
        raise typer.Exit(EXIT_USAGE)
    for producer in sorted({TOPICS[name].producer for name in topics}):
        (chosen,) = _chosen([producer])
        db = chosen.open_database(chosen.settings())
        try:
            mine = [name for name in topics if TOPICS[name].producer == producer]
            count = db.transact(lambda names, uow: again(names, uow), mine)
            say.print(f"{producer}: {count} records will be published again")
        finally:
            db.close()
    for consumer in _chosen(None):
        if consumer.migrations is None:
            continue
        db = consumer.open_database(consumer.settings())
        try:
            if db.transact(lambda names, uow: forget_positions(names, uow), topics):
                say.print(f"{consumer.name}: will read them from the beginning")
        finally:
            db.close()


@app.command()
def replay(
    database: Annotated[
        str | None, typer.Option(help="An empty database to rebuild in; default: a temporary SQLite file.")
    ] = None,
    shuffle: Annotated[
        int | None, typer.Option(help="A seed: facts change places where their order must not matter.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Rebuilds every result from the facts that are kept, and compares; exit code 1: some differ."""
    from services.replaying import replay as again

    settings = Settings()
    with _stores_to_ourselves(settings), progress_bar() as bar:
        report = again(settings, database, shuffle, bar)
    if as_json:
        print(json.dumps(asdict(report), ensure_ascii=False, indent=2))
    for name, found in (("differs", report.differences), ("not kept any more", report.gone)):
        for one in found:
            where = f"{one['agreement']} {one['objective']} {one['scope']} {one['window']['start']}"
            say.print(
                f"{name}: {where}" + (f"\n  {one['stands']}\n  {one['rebuilt']}" if "stands" in one else "")
            )
    say.print(
        f"{report.rows} measurements and journey events in {report.records} records: "
        f"{report.compared} results compared, {len(report.differences)} differ, "
        f"{len(report.gone)} not kept any more, {report.waiting} batches not taken yet"
    )
    raise typer.Exit(EXIT_DIFFERENT if report.differences else 0)


rest.add_to(app)
# What was made so far stays: it need not be looked through when the collector is on again.
gc.freeze()
gc.enable()


def main() -> None:
    """Runs the command line; every expected failure is one clear line and an exit code."""
    gc.disable()
    try:
        app()
    except Fatal as error:
        say.print(f"error: {error}")
        sys.exit(EXIT_FATAL)
    except ValidationError as error:
        for fault in error.errors():
            name = "SANYA_" + "_".join(str(part) for part in fault["loc"]).upper()
            say.print(f"error: {name if fault['loc'] else 'settings'}: {fault['msg']}")
        sys.exit(EXIT_USAGE)


if __name__ == "__main__":
    main()
