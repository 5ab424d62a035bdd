"""Files into drafts: first a preview of what would come of it, then the very same is stored, or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from services.sla.domain import agreements as rules
from services.sla.domain import objective_export, objective_rows, spreadsheets, tmf
from services.sla.domain.canonical import digest
from services.sla.domain.clauses import answers
from services.sla.domain.differences import differences
from services.sla.domain.negotiation import Revision, check_parent
from services.sla.domain.openslo import importing, text
from services.sla.domain.openslo.exporting import Exported, export
from services.sla.domain.openslo.importing import Into
from services.sla.domain.openslo.said import Said
from services.sla.domain.proposed import Taken, number_faults
from services.sla.handlers import drafts
from services.sla.handlers.access import agency_of
from services.sla.schemas.agreements import ChildDocument, Document
from services.sla.store import agreements as store
from services.sla.store import names
from shared.auth import Principal
from shared.db import Connection, UnitOfWork
from shared.errors import MOST_ERRORS, Conflict, Fault, Forbidden, NotYetKnown, Unprocessable
from shared.http import faults_of

MOST_INDICATORS = 10_000
NOTHING: dict[str, Any] = {"objectives": [], "composites": [], "consequences": []}


@dataclass(frozen=True, slots=True)
class Import:
    """A file and what it goes into. ``hash``: of the preview that was looked at; None: this is one."""

    caller: Principal
    format: str
    content: bytes
    encoding: str | None = None
    agreement: str | None = None
    parent: str | None = None
    frame: Mapping[str, Any] | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    indicators: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, str | None] | None = None
    others: str = "kept"
    hash: str | None = None


@dataclass(slots=True)
class _Preview:
    """``plain``: the whole document as a body, and ``form`` as it would be stored."""

    code: str
    parent: Revision | None
    before: Mapping[str, Any]
    taken: Taken
    lines: text.Yaml | None = None
    columns: list[str] | None = None
    mapping: Mapping[str, str | None] | None = None
    encoding: str | None = None
    plain: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Any] | None = None
    faults: list[tuple[Fault, int | None]] = field(default_factory=list)


def export_openslo(
    connection: Connection, code: str, digest_: str, agency: str | None, now: datetime
) -> Exported | None:
    """A revision as OpenSLO v1; None where an agency (None: the public) may not see it."""
    found = _exportable(connection, code, digest_, agency, now)
    return None if found is None else export(found[0], digest_, found[1])


def export_table(
    connection: Connection, code: str, digest_: str, agency: str | None, now: datetime
) -> objective_export.Table | None:
    """The promises of a revision in the columns that the import reads; None as above."""
    found = _exportable(connection, code, digest_, agency, now)
    return None if found is None else objective_export.table(*found)


def export_rules(
    connection: Connection, code: str, digest_: str, agency: str | None, now: datetime
) -> objective_export.Rules | None:
    """A revision as a service level agreement of TMF623; None as above."""
    found = _exportable(connection, code, digest_, agency, now)
    return None if found is None else objective_export.rules(found[0], digest_, found[1])


def _exportable(
    connection: Connection, code: str, digest_: str, agency: str | None, now: datetime
) -> tuple[dict[str, Any], Mapping[str, Mapping[str, Any]]] | None:
    """A revision's document and the indicators that it names."""
    found = store.document_open_to(connection, code, digest_, agency, now)
    if found is None:
        return None
    document: dict[str, Any] = json.loads(found)
    world = names.world(connection, (), document["service"], rules.indicators_of(document))
    return document, world.indicators


def preview(connection: Connection, command: Import, now: datetime) -> dict[str, Any]:
    """What storing a file would do. Nothing is stored."""
    return _answer(_previewed(connection, command, now))


def store_import(command: Import, uow: UnitOfWork) -> dict[str, Any]:
    """Stores what a preview showed as a draft; Conflict: it is not that any more."""
    found = _previewed(uow.connection, command, uow.now)
    if found.faults:
        faults = [fault for fault, _ in found.faults]
        raise Unprocessable("the file cannot be taken in; nothing was stored", errors=faults)
    assert found.form is not None
    made = digest(found.form)
    if made != command.hash:
        raise Conflict(
            f"this would make the revision {made} now, not the one that you looked at: preview it again",
            slug="stale-hash",
        )
    if found.parent is None:
        return drafts.draft_agreement(drafts.Draft(command.caller, found.plain), uow)
    if not differences(found.before, found.form):
        raise Conflict("the file changes nothing of the revision that it would follow")
    return drafts.revise_agreement(drafts.Revise(command.caller, found.code, found.plain), uow)


def _previewed(connection: Connection, command: Import, now: datetime) -> _Preview:
    agency = agency_of(command.caller)
    parent: Revision | None = None
    if command.agreement is not None:
        parent, frame = _base(connection, command, agency, now)
    else:
        assert command.frame is not None
        frame = dict(command.frame)
        if store.find(connection, frame["code"]) is not None:
            raise Conflict(f"the code {frame['code']} is taken; choose another, or name it as `agreement`")
    service = frame["service"]
    if names.known_service(connection, service) is None:
        raise NotYetKnown(
            f"no service {service!r} is known", errors=[Fault("/frame/service", "is not known")]
        )
    known = names.list_indicators(connection, service, None, None, MOST_INDICATORS)
    before = {each["code"]: each for each in frame.get("objectives") or ()}
    into = Into(
        service=service,
        indicators={each.code: each.document for each in known},
        before=before,
        defaults=command.defaults,
        named=command.indicators,
        time_zone=frame.get("time_zone"),
    )
    found = _read(command, into)
    found.code, found.parent, found.before = frame["code"], parent, frame if parent is not None else NOTHING
    found.faults = [(fault, _line(found, fault.pointer)) for fault in found.taken.faults]
    if not found.faults:
        _complete(connection, found, frame, command.others, agency)
    return found


def _base(
    connection: Connection, command: Import, agency: str, now: datetime
) -> tuple[Revision, dict[str, Any]]:
    """The revision that a file is taken into, and its document with the contacts that stand beside it."""
    agreement = store.find(connection, str(command.agreement))
    seen = agreement.open_part(agency, now) if agreement else None
    if seen is None:
        detail = f"no agreement {command.agreement!r} is open to you (yet)"
        raise NotYetKnown(detail, errors=[Fault("/agreement", detail)])
    tip = seen.open_revision(now) or seen.revisions[-1]
    parent = check_parent(seen, command.parent or tip.hash, now)
    if parent.party(agency) is None:
        raise Forbidden(f"{agency} is no party of the revision that this one would follow")
    document = json.loads(store.document(connection, parent.hash))
    for objective in document["objectives"]:
        if objective["code"] in parent.contacts:
            objective["contact"] = parent.contacts[objective["code"]]
    return parent, document


def _read(command: Import, into: Into) -> _Preview:
    """What the file says, in its own format."""
    found = _Preview("", None, NOTHING, Taken())
    if command.format == "openslo":
        found.lines = text.read(command.content)
        found.taken = importing.take(found.lines.documents, into)
        return found
    if command.format == "tmf":
        rows, header, said, faults = tmf.read(command.content)
        usual = {name: tmf.MAPPING.get(name) for name in header}
        given: Mapping[str, str | None] | None = {**usual, **(command.mapping or {})}
        place = "/rule"
    else:
        read = spreadsheets.read_xlsx if command.format == "xlsx" else None
        sheet = read(command.content) if read else spreadsheets.read_csv(command.content, command.encoding)
        found.encoding = sheet.encoding
        rows, header = list(objective_rows.rows_of(sheet.header, sheet.rows)), list(sheet.header)
        said, faults, given, place = [], [], command.mapping, "/rows/1"
    found.columns = header
    faults += number_faults(len(rows), place)
    if not rows and not faults:
        faults.append(Fault(place, "only a header: there is nothing to take in"))
    if not faults:
        found.mapping, faults = objective_rows.mapping_of(header, given, place)
    if found.mapping is None or faults:
        found.taken = Taken(faults=faults)
        return found
    found.taken = objective_rows.take(rows, found.mapping, into)
    found.taken.said[:0] = [*said, *_left_out(rows, found.mapping, command.format)]
    return found


def _left_out(
    rows: Sequence[objective_rows.Row], mapping: Mapping[str, str | None], kind: str
) -> Iterator[Said]:
    """Cells of columns that are no field."""
    for row in rows:
        for name, field_ in mapping.items():
            if field_ is None and row.cells.get(name):
                where = f"{row.place}/{name}"
                if kind == "tmf":
                    yield tmf.unsaid(where, name)
                else:
                    yield Said(where, "คอลัมน์นี้ไม่นำเข้า", "this column is left out")


def _complete(
    connection: Connection, found: _Preview, frame: Mapping[str, Any], others: str, agency: str
) -> None:
    """The whole document that would come of it, and what is wrong with that."""
    new = {each["code"]: each for each in found.taken.objectives}
    objectives = [
        new.pop(each["code"], each)
        for each in frame.get("objectives") or ()
        if others == "kept" or each["code"] in new
    ]
    plain = {**frame, "objectives": [*objectives, *new.values()]}
    if plain.get("time_zone") is None and found.taken.time_zone is not None:
        plain["time_zone"] = found.taken.time_zone
    plain["parent"] = None if found.parent is None else found.parent.hash
    model = Document if found.parent is None else ChildDocument
    try:
        found.plain = model.model_validate(plain).plain()
    except ValidationError as error:
        wrong = [{"loc": ("body", *each["loc"]), "msg": each["msg"]} for each in error.errors()]
        found.faults = [_placed(found, plain, fault) for fault in faults_of(wrong)]
        return
    form, unstorable = rules.stored_form(found.plain)
    if unstorable:
        found.faults = [_placed(found, plain, fault) for fault in unstorable]
        return
    found.form = form
    findings = drafts.findings(form, agency, connection)
    found.faults = [_placed(found, plain, fault) for fault in [*findings.faults, *findings.unknown]]


def _placed(found: _Preview, plain: Mapping[str, Any], fault: Fault) -> tuple[Fault, int | None]:
    """A fault of the document with the objective under its code, and the line of the file it comes from."""
    steps = fault.pointer.split("/")
    if len(steps) < 3 or steps[1] != "objectives" or not steps[2].isdigit():
        return fault, None
    code = plain["objectives"][int(steps[2])]["code"]
    pointer = "/".join(["", "objectives", code, *steps[3:]])
    place = found.taken.places.get(code)
    return Fault(pointer, fault.detail), None if place is None else _line(found, place)


def _line(found: _Preview, pointer: str) -> int | None:
    if found.lines is not None:
        return found.lines.line(pointer)
    steps = pointer.split("/")
    return int(steps[2]) if len(steps) > 2 and steps[1] == "rows" and steps[2].isdigit() else None


def _answer(found: _Preview) -> dict[str, Any]:
    shown = None if found.faults or found.form is None else found.form
    changes = [] if shown is None else differences(found.before, shown)
    return {
        "hash": None if shown is None or not changes else digest(shown),
        "agreement": found.code,
        "parent": None if found.parent is None else found.parent.hash,
        "encoding": found.encoding,
        "columns": found.columns,
        "mapping": found.mapping,
        "unnamed": list(found.taken.unnamed),
        "objectives": [
            {"code": code, "path": place, "line": _line(found, place)}
            for code, place in found.taken.places.items()
        ],
        "errors": [
            {"path": fault.pointer, "line": line, "detail": fault.detail}
            for fault, line in found.faults[:MOST_ERRORS]
        ],
        "more_errors": max(0, len(found.faults) - MOST_ERRORS),
        "not_expressed": [{**each.answer(), "line": _line(found, each.path)} for each in found.taken.said],
        "differences": answers(changes),
        "document": shown,
    }
