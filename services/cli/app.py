"""The commands that speak REST, added to `sanya`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from services.cli import evidence as evidences
from services.cli import exchanging, importing
from services.cli.apply import Applier, load
from services.cli.case_log import Columns, WrongColumns, read
from services.cli.client import (
    EXIT_REFUSED,
    EXIT_UNREACHABLE,
    EXIT_USAGE,
    Connection,
    Refused,
    say,
)
from services.cli.demo import load_demo
from services.cli.reading import follow_breaches, show_results
from services.cli.signing import sign_command
from shared.settings import Settings

Url = Annotated[str, typer.Option("--url", envvar="SANYA_URL", help="Where the server is.")]
ClientId = Annotated[str | None, typer.Option("--client-id", envvar="SANYA_CLIENT_ID")]
ClientSecret = Annotated[str | None, typer.Option("--client-secret", envvar="SANYA_CLIENT_SECRET")]
As = Annotated[
    str | None,
    typer.Option("--as", help="agency/client: a client whose secret `sanya apply` kept."),
]
JsonOut = Annotated[bool, typer.Option("--json", help="JSON for programs in place of tables.")]

DEFAULT_URL = "http://127.0.0.1:8000"


def _connection(url: str, client_id: str | None, client_secret: str | None) -> Connection:
    return Connection(url.rstrip("/"), client_id, client_secret, Settings().data_dir)


def _guarded(work: Callable[[], Any]) -> None:
    """Runs ``work``; a refusal or an unreachable server is a sentence and an exit code."""
    try:
        work()
    except Refused as error:
        say.print(str(error), markup=False)
        raise typer.Exit(EXIT_REFUSED) from None
    except httpx.TransportError as error:
        say.print(f"the server does not answer: {error}", markup=False)
        raise typer.Exit(EXIT_UNREACHABLE) from None


def apply(
    file: Annotated[Path, typer.Argument(help="YAML: agencies, services, sources, indicators, agreements.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; change nothing.")
    ] = False,
    url: Url = DEFAULT_URL,
    client_id: ClientId = None,
    client_secret: ClientSecret = None,
) -> None:
    """Brings the server to what FILE describes. Safe to repeat."""
    wanted = load(file)
    applier = Applier(
        _connection(url, client_id, client_secret),
        dry_run=dry_run,
        tell=lambda sentence: say.print(sentence, markup=False),
    )

    def work() -> None:
        changes = applier.apply(wanted)
        say.print(
            f"{changes} changes" + (" would be made" if dry_run else "") if changes else "nothing to change"
        )

    _guarded(work)


imports = typer.Typer(help="Brings history and agreements in.", no_args_is_help=True)


@imports.command("case-log")
def case_log(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or CSV.gz")],
    service: Annotated[str, typer.Option(help="The service whose journeys these are.")],
    source: Annotated[str, typer.Option(help="The registered source that reports them.")],
    case: Annotated[str, typer.Option(help="Column of the case.")],
    step: Annotated[str, typer.Option(help="Column of the step.")],
    time: Annotated[str, typer.Option(help="Column of the time (ISO 8601 with offset).")],
    agency: Annotated[
        str | None, typer.Option(help="Column of the agency; without it the step's own performed it.")
    ] = None,
    end_time: Annotated[str | None, typer.Option(help="Column of the step's end.")] = None,
    nobody: Annotated[
        list[str] | None, typer.Option(help="A value of the agency column that means nobody.")
    ] = None,
    label: Annotated[list[str] | None, typer.Option(help="NAME=COLUMN, repeatable.")] = None,
    create_missing: Annotated[bool, typer.Option(help="Register unknown steps and agencies.")] = False,
    bad_lines: Annotated[str, typer.Option(help="refuse (the whole file) or skip (the line)")] = "refuse",
    start: Annotated[datetime | None, typer.Option("--from", help="Start of the backfill.")] = None,
    end: Annotated[datetime | None, typer.Option("--to", help="End of the backfill.")] = None,
    reason: Annotated[str, typer.Option(help="Why this history is brought in.")] = "import of a case log",
    as_: As = None,
    url: Url = DEFAULT_URL,
    client_id: ClientId = None,
    client_secret: ClientSecret = None,
) -> None:
    """Turns an event log into journeys, as a backfill. Safe to repeat: nothing counts twice."""
    if bad_lines not in {"refuse", "skip"}:
        say.print("--bad-lines is refuse or skip")
        raise typer.Exit(EXIT_USAGE)
    pairs = [tuple(text.partition("=")[::2]) for text in label or ()]
    if any(not name or not column for name, column in pairs):
        say.print("--label is NAME=COLUMN")
        raise typer.Exit(EXIT_USAGE)
    columns = Columns(
        case=case,
        step=step,
        time=time,
        agency=agency,
        end_time=end_time,
        nobody=frozenset({"", *(nobody or ())}),
        labels=tuple((name, column) for name, column in pairs),
    )
    try:
        log = read(file, columns)
    except (WrongColumns, OSError) as error:
        say.print(str(error), markup=False)
        raise typer.Exit(EXIT_USAGE) from None
    for number, why in log.faults[:100]:
        say.print(f"line {number}: {why}", markup=False)
    if len(log.faults) > 100:
        say.print(f"... and {len(log.faults) - 100} more bad lines")
    if log.faults and bad_lines == "refuse":
        say.print(f"refused: {len(log.faults)} bad lines; mend them, or skip them with --bad-lines skip")
        raise typer.Exit(EXIT_REFUSED)
    if not log.rows:
        say.print("the log has no usable line")
        raise typer.Exit(EXIT_REFUSED)
    api = _connection(url, client_id, client_secret).api(as_)

    def work() -> None:
        steps, agencies = importing.match_names(api, log, service, create_missing=create_missing)
        backfill, sent = importing.send(
            api,
            log,
            service=service,
            source=source,
            steps=steps,
            agencies=agencies,
            reason=reason,
            start=start.astimezone() if start else None,
            end=end.astimezone() if end else None,
        )
        cases = len({row.case for row in log.rows})
        skipped = f", {len(log.faults)} lines skipped" if log.faults else ""
        say.print(f"{sent} events of {cases} cases in backfill {backfill}{skipped}; judging ...")
        if not importing.settle(api):
            say.print("the evaluator is still at work; the results come when it has caught up")

    _guarded(work)


IntoAgreement = Annotated[str | None, typer.Option("--agreement", help="The agreement that it goes into.")]
Parent = Annotated[str | None, typer.Option(help="The hash of the revision to follow; else the newest.")]
Frame = Annotated[Path | None, typer.Option(help="YAML: a new agreement without its objectives.")]
Defaults = Annotated[Path | None, typer.Option(help="YAML: what holds where the file says nothing.")]
Indicators = Annotated[
    list[str] | None, typer.Option("--indicator", help="NAME=CODE: what the file calls an indicator; repeat.")
]
Others = Annotated[str, typer.Option(help="Promises that the file does not name: kept or removed.")]
StoreHash = Annotated[str | None, typer.Option("--store", help="Stores what was shown under this hash.")]


@imports.command("openslo")
def import_openslo(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="OpenSLO v1 (YAML)")],
    agreement: IntoAgreement = None,
    parent: Parent = None,
    frame: Frame = None,
    defaults: Defaults = None,
    indicator: Indicators = None,
    others: Others = "kept",
    store: StoreHash = None,
    as_json: JsonOut = False,
    as_: As = None,
    url: Url = DEFAULT_URL,
    client_id: ClientId = None,
    client_secret: ClientSecret = None,
) -> None:
    """Shows what OpenSLO v1 would change of an agreement; with --store HASH stores it as a draft."""
    api = _connection(url, client_id, client_secret).api(as_)
    _guarded(
        lambda: exchanging.import_file(
            api,
            file,
            "openslo",
            agreement=agreement,
            parent=parent,
            frame=frame,
            defaults=defaults,
            indicators=indicator or [],
            mapping=[],
            others=others,
            store=store,
            as_json=as_json,
        )
    )


@imports.command("objectives")
def import_objectives(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=".csv, .xlsx or TMF623 .json")],
    agreement: IntoAgreement = None,
    parent: Parent = None,
    frame: Frame = None,
    defaults: Defaults = None,
    indicator: Indicators = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="COLUMN=FIELD, or COLUMN= to leave it out; repeat.")
    ] = None,
    others: Others = "kept",
    store: StoreHash = None,
    as_json: JsonOut = False,
    as_: As = None,
    url: Url = DEFAULT_URL,
    client_id: ClientId = None,
    client_secret: ClientSecret = None,
) -> None:
    """Shows what a table of promises would change; with --store HASH stores it as a draft."""
    api = _connection(url, client_id, client_secret).api(as_)
    _guarded(
        lambda: exchanging.import_file(
            api,
            file,
            None,
            agreement=agreement,
            parent=parent,
            frame=frame,
            defaults=defaults,
            indicators=indicator or [],
            mapping=map_ or [],
            others=others,
            store=store,
            as_json=as_json,
        )
    )


exports = typer.Typer(help="Takes agreements out.", no_args_is_help=True)


@exports.callback()
def _exports() -> None:
    """Keeps `openslo` a command of its own under `export`."""


@exports.command("openslo")
def export_openslo(
    agreement: Annotated[str, typer.Argument(help="Code of the agreement.")],
    revision: Annotated[
        str | None, typer.Option(help="A revision's hash; else what is in force, or the newest.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--out", help="Where to; else it is printed.")] = None,
    as_json: JsonOut = False,
    as_: As = None,
    url: Url = DEFAULT_URL,
    client_id: ClientId = None,
    client_secret: ClientSecret = None,
) -> None:
    """An agreement as OpenSLO v1. What OpenSLO cannot say is told."""
    api = _connection(url, client_id, client_secret).api(as_)
    _guarded(lambda: exchanging.export_openslo(api, agreement, revision, file, as_json=as_json))


def results(
    agreement: Annotated[str, typer.Argument(help="Code of the agreement.")],
    objective: Annotated[str | None, typer.Option(help="Only this objective.")] = None,
    as_json: JsonOut = False,
    as_: As = None,
    url: Url = DEFAULT_URL,
    client_id: ClientId = None,
    client_secret: ClientSecret = None,
) -> None:
    """A table of windows: good, total, exact share, verdict; and the breaches."""
    api = _connection(url, client_id, client_secret).api(as_)
    _guarded(lambda: show_results(api, agreement, objective, as_json=as_json))


def breaches(
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with what comes, until interrupted.")
    ] = False,
    after: Annotated[str | None, typer.Option(help="Cursor to go on from.")] = None,
    as_json: JsonOut = False,
    as_: As = None,
    url: Url = DEFAULT_URL,
    client_id: ClientId = None,
    client_secret: ClientSecret = None,
) -> None:
    """Breaches as they are told: opened, revised, closed, withdrawn, superseded."""
    api = _connection(url, client_id, client_secret).api(as_)
    _guarded(lambda: follow_breaches(api, after, follow=follow, as_json=as_json))


def sign(
    agreement: Annotated[str | None, typer.Argument(help="Code of the agreement.")] = None,
    digest: Annotated[str | None, typer.Argument(metavar="[HASH]", help="The revision's hash.")] = None,
    *,
    agency: Annotated[str, typer.Option(help="The agency that signs.")],
    key: Annotated[
        Path, typer.Option(help="Its private Ed25519 key: PEM or JWK, readable by its owner only.")
    ],
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Make the key file, and register its public half.")
    ] = False,
    replaces: Annotated[
        str | None, typer.Option(help="With --new-key: the kid of the key that ends now.")
    ] = None,
    as_: As = None,
    url: Url = DEFAULT_URL,
    client_id: ClientId = None,
    client_secret: ClientSecret = None,
) -> None:
    """Accepts a revision with a key of the agency's own, which never leaves this machine."""
    connection = _connection(url, client_id, client_secret)
    _guarded(
        lambda: sign_command(
            connection,
            as_=as_,
            agency=agency,
            key=key,
            new_key=new_key,
            replaces=replaces,
            agreement=agreement,
            digest=digest,
        )
    )


def evidence(
    agreement: Annotated[str, typer.Argument(help="Code of the agreement.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write, a zip.")],
    start: Annotated[datetime | None, typer.Option("--from", help="Windows that end behind it.")] = None,
    end: Annotated[datetime | None, typer.Option("--to", help="Windows that end at it or before.")] = None,
    as_: As = None,
    url: Url = DEFAULT_URL,
    client_id: ClientId = None,
    client_secret: ClientSecret = None,
) -> None:
    """Takes the evidence of an agreement and a period, to be checked without the server."""
    api = _connection(url, client_id, client_secret).api(as_)
    _guarded(lambda: evidences.save_bundle(api, agreement, start, end, out))


def cosign(
    agency: Annotated[str, typer.Option(help="The agency that signs.")],
    key: Annotated[Path, typer.Option(help="Its registered private key, as for `sign`.")],
    seen: Annotated[Path, typer.Option(help="File of the checkpoint seen last; made at the first time.")],
    as_: As = None,
    url: Url = DEFAULT_URL,
    client_id: ClientId = None,
    client_secret: ClientSecret = None,
) -> None:
    """Signs the evidence log's newest checkpoint, if the log grew from the one that was seen last."""
    api = _connection(url, client_id, client_secret).api(as_)
    _guarded(lambda: evidences.cosign(api, agency, key, seen))


def demo(
    url: Annotated[
        str | None, typer.Option("--url", envvar="SANYA_URL", help="Default: an instance started here.")
    ] = None,
    client_id: ClientId = None,
    client_secret: ClientSecret = None,
) -> None:
    """Loads the example data (starts an instance if none runs). Safe to repeat."""
    _guarded(lambda: load_demo(url, client_id, client_secret))


def add_to(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    app.command()(apply)
    app.command()(results)
    app.command()(breaches)
    app.command()(sign)
    app.command()(evidence)
    app.command()(cosign)
    app.command()(demo)
    app.add_typer(imports, name="import")
    app.add_typer(exports, name="export")
