#!/usr/bin/env python3
"""Checks a signed revision of an agreement, or a bundle of evidence, offline and without the rest of Sanya.

    pip install pynacl
    python verify.py FILE [--lang th] [--trust KID ...] [--json]

FILE (`-`: standard input) is, to the byte, the answer of
`GET /api/sla/v1/agreements/{code}/revisions/{hash}/signed`, or the zip of
`GET /api/evaluation/v1/evidence/agreements/{code}/bundle` (`sanya evidence`).
Exit code 0: everything passed; 1: something failed; 2: wrong use.

Every check says what it found and, where it failed, what that means. README.md beside this file describes the
format, for whoever wants to write another program.
"""

import argparse
import base64
import hashlib
import io
import json
import re
import struct
import sys
import zipfile
from collections.abc import Collection
from datetime import datetime
from fractions import Fraction

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

ACCEPTANCE = "sanya.acceptance.v1"
OWN_KEY = "sanya.acceptance.own-key.v1"
SIGNED_REVISION = "sanya.signed-revision.v1"
BUNDLE = "sanya.evidence-bundle.v1"

# check -> what it is, what a failure means; in English and Thai.
WORDS = {
    "form": (
        (
            "the file is a signed revision, in its canonical form",
            "it was damaged or edited: get it again from the server",
        ),
        ("ไฟล์เป็นข้อตกลงที่ลงนาม ในรูปแบบมาตรฐาน", "ไฟล์เสียหายหรือถูกแก้ไข: ขอใหม่จากเครื่องแม่ข่าย"),
    ),
    "hash": (
        (
            "the text is the one that the hash names",
            "this is not the text that was signed: a word, a number or a party was changed",
        ),
        ("ข้อความตรงกับค่าแฮช", "ไม่ใช่ข้อความที่ลงนามไว้: มีคำ ตัวเลข หรือคู่สัญญาถูกเปลี่ยน"),
    ),
    "keys": (
        (
            "each key has the name that is made of it",
            "a key was exchanged: do not believe any signature in this file",
        ),
        ("กุญแจแต่ละดอกมีชื่อที่คำนวณจากตัวกุญแจ", "มีการสับเปลี่ยนกุญแจ: อย่าเชื่อลายมือชื่อใดในไฟล์นี้"),
    ),
    "seal": (
        (
            "the deployment's key sealed this file",
            "something in the file was changed after the server made it, or another server made it",
        ),
        ("กุญแจของระบบประทับรับรองไฟล์นี้", "มีสิ่งที่ถูกแก้ไขหลังเครื่องแม่ข่ายสร้างไฟล์ หรือเครื่องอื่นเป็นผู้สร้าง"),
    ),
    "statement": (
        (
            "the acceptance is about this agreement, this hash and this agency",
            "an acceptance of something else was put here: this agency did not accept this text",
        ),
        (
            "การเห็นชอบเป็นของข้อตกลง ค่าแฮช และหน่วยงานนี้",
            "มีการนำความเห็นชอบของเรื่องอื่นมาใส่: หน่วยงานนี้ไม่ได้เห็นชอบข้อความนี้",
        ),
    ),
    "signature": (
        (
            "the deployment's key signed the acceptance",
            "the acceptance was changed or made up: it proves nothing",
        ),
        ("กุญแจของระบบลงลายมือชื่อในการเห็นชอบ", "การเห็นชอบถูกแก้ไขหรือปลอมขึ้น: ใช้เป็นหลักฐานไม่ได้"),
    ),
    "own": (
        ("the agency's own key signed the hash", "the agency did not sign this text with its key"),
        ("กุญแจของหน่วยงานลงลายมือชื่อในค่าแฮช", "หน่วยงานไม่ได้ลงลายมือชื่อในข้อความนี้ด้วยกุญแจของตน"),
    ),
    "valid": (
        (
            "each key was in force when it signed",
            "a key signed before it was registered or after it had ended: ask the agency whose key it is",
        ),
        ("กุญแจแต่ละดอกมีผลใช้อยู่ขณะลงลายมือชื่อ", "กุญแจลงลายมือชื่อก่อนขึ้นทะเบียนหรือหลังสิ้นสุด: สอบถามหน่วยงานเจ้าของกุญแจ"),
    ),
    "name": (
        ("the signatory's name is the one in the acceptance", "the name was changed: another person signed"),
        ("ชื่อผู้ลงนามตรงกับในการเห็นชอบ", "ชื่อถูกเปลี่ยน: ผู้ลงนามเป็นคนอื่น"),
    ),
    "in_time": (
        ("it was accepted before the offer expired", "the acceptance came too late and binds nobody"),
        ("เห็นชอบก่อนข้อเสนอหมดอายุ", "เห็นชอบช้าเกินไป จึงไม่มีผลผูกพัน"),
    ),
    "parties": (
        ("every required party accepted", "the agreement is not concluded: it binds nobody yet"),
        ("คู่สัญญาทุกฝ่ายเห็นชอบแล้ว", "ข้อตกลงยังไม่สมบูรณ์: ยังไม่มีผลผูกพันผู้ใด"),
    ),
    "trust": (
        (
            "the keys are those you trust (--trust)",
            "somebody else's key signed: compare it with what the deployment and the agency publish",
        ),
        ("กุญแจเป็นดอกที่ท่านเชื่อถือ (--trust)", "กุญแจของผู้อื่นลงลายมือชื่อ: เทียบกับที่ระบบและหน่วยงานเผยแพร่"),
    ),
    "zip": (
        (
            "the file is an evidence bundle, in the one form it has",
            "it was damaged, edited or packed anew: get it again from the server",
        ),
        ("ไฟล์เป็นชุดหลักฐาน ในรูปแบบเดียวที่เป็นไปได้", "ไฟล์เสียหาย ถูกแก้ไข หรือถูกบีบอัดใหม่: ขอใหม่จากเครื่องแม่ข่าย"),
    ),
    "files": (
        (
            "each file inside is the one that the index names",
            "a file was changed, added or taken out: do not rely on any of them",
        ),
        ("แต่ละไฟล์ตรงกับที่ระบุในสารบัญ", "มีไฟล์ถูกแก้ไข เพิ่ม หรือนำออก: อย่าใช้ไฟล์ใดในชุดนี้เป็นหลักฐาน"),
    ),
    "checkpoint": (
        (
            "the log's key signed the checkpoint",
            "the root of the log was changed or made up: the proofs in this bundle prove nothing",
        ),
        ("กุญแจของบันทึกหลักฐานลงลายมือชื่อในจุดตรวจ", "ค่ารากของบันทึกถูกแก้ไขหรือปลอมขึ้น: ข้อพิสูจน์ในชุดนี้ใช้ไม่ได้"),
    ),
    "cosigned": (
        (
            "every cosignature is that of the agency it names",
            "the agency did not cosign this checkpoint: ask it which one it knows",
        ),
        ("ลายมือชื่อร่วมทุกลายเป็นของหน่วยงานที่ระบุ", "หน่วยงานไม่ได้ลงลายมือชื่อร่วมในจุดตรวจนี้: สอบถามหน่วยงานนั้น"),
    ),
    "inclusion": (
        (
            "every leaf is in the log, in its place",
            "a record was changed, taken out or moved after it had been logged",
        ),
        ("ทุกรายการอยู่ในบันทึก ในลำดับของตน", "มีรายการถูกแก้ไข นำออก หรือย้ายลำดับหลังบันทึกแล้ว"),
    ),
    "leaves": (
        (
            "every record has its leaf, and every leaf its record",
            "a record was put in, changed or left out: it is not what had been logged",
        ),
        ("ทุกระเบียนมีรายการในบันทึก และทุกรายการมีระเบียน", "มีระเบียนถูกเพิ่ม แก้ไข หรือละเว้น: ไม่ใช่สิ่งที่บันทึกไว้"),
    ),
    "agreed": (
        (
            "every result is judged by the comparator and a target of the revision that it names",
            "it was judged by something that nobody signed",
        ),
        ("ทุกผลตัดสินด้วยเกณฑ์และค่าเป้าหมายของฉบับที่ระบุ", "ผลถูกตัดสินด้วยเกณฑ์ที่ไม่มีผู้ใดลงนาม"),
    ),
    "arithmetic": (
        (
            "the numbers of every result give its value and its verdict",
            "a number or a verdict was changed, or reckoned wrongly: dispute this result",
        ),
        ("ตัวเลขของทุกผลให้ค่าและคำตัดสินตามที่ระบุ", "ตัวเลขหรือคำตัดสินถูกแก้ไข หรือคำนวณผิด: โต้แย้งผลนี้ได้"),
    ),
    "basis": (
        (
            "what decided the results is in the bundle: exclusions, corrections",
            "something that decided a verdict was left out: ask for it",
        ),
        ("สิ่งที่ใช้ตัดสินอยู่ในชุดหลักฐาน: ข้อยกเว้นและการแก้ไข", "มีสิ่งที่ใช้ตัดสินถูกละเว้น: ขอเพิ่มเติม"),
    ),
    "chain": (
        (
            "no revision of a result is missing between its first final one and its newest here",
            "a judgement was left out: ask what it said, and why it was replaced",
        ),
        (
            "ไม่มีฉบับใดของผลขาดหายระหว่างฉบับสุดท้ายแรกกับฉบับใหม่สุด",
            "มีคำตัดสินถูกละเว้น: สอบถามว่าตัดสินอย่างไร และเหตุใดจึงถูกแทนที่",
        ),
    ),
    "batches": (
        (
            "the batches of every hour give the root that was logged",
            "a batch of measurements was changed, left out or put in afterwards",
        ),
        ("ชุดข้อมูลของทุกชั่วโมงให้ค่ารากตามที่บันทึก", "มีชุดข้อมูลวัดถูกแก้ไข ละเว้น หรือเพิ่มภายหลัง"),
    ),
}
TEXTS = {
    "en": {
        "pass": "passed",
        "fail": "FAILED",
        "means": "this means",
        "good": "All checks passed.",
        "bad": "checks FAILED: do not rely on this file.",
        "unknown": "Not checked: whose keys these are. Compare their names with what the deployment "
        "(/api/sla/v1/keys, /api/evaluation/v1/evidence/keys) and the agencies publish, or name them with "
        "--trust:",
        "deployment": "the deployment",
    },
    "th": {
        "pass": "ผ่าน",
        "fail": "ไม่ผ่าน",
        "means": "หมายความว่า",
        "good": "ผ่านการตรวจทุกข้อ",
        "bad": "ข้อไม่ผ่าน: อย่าใช้ไฟล์นี้เป็นหลักฐาน",
        "unknown": "ไม่ได้ตรวจว่ากุญแจเป็นของใคร: เทียบชื่อกุญแจกับที่ระบบ (/api/sla/v1/keys, "
        "/api/evaluation/v1/evidence/keys) และหน่วยงานเผยแพร่ หรือระบุด้วย --trust:",
        "deployment": "ระบบ",
    },
}


class Wrong(Exception):
    """Why a check failed."""


# --- RFC 8785, for what a stored form can hold: no fractions ------------------------------------------


def canonical(value):
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int):
        if abs(value) > 2**53 - 1:
            raise Wrong(f"the number {value} has no exact form")
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    if isinstance(value, dict):
        # By UTF-16 code units, as the standard has it.
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in names) + "}"
    raise Wrong(f"{type(value).__name__} does not occur in a signed document")


def octets(value: object) -> bytes:
    return canonical(value).encode("utf-8")


def no_fractions(text):
    raise Wrong(f"the number {text} does not occur in a signed document")


def once(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Wrong("a name stands twice in one object")
    return found


def parsed(raw):
    """A file's content, if it is in canonical form to the byte."""
    try:
        found = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=once,
            parse_float=no_fractions,
            parse_constant=no_fractions,
        )
        same = octets(found) == raw
    except (ValueError, RecursionError) as error:
        raise Wrong(str(error)) from None
    if not same:
        raise Wrong("the bytes are not those that the server sent")
    return found


def read(raw):
    """A signed revision."""
    found = parsed(raw)
    if not isinstance(found, dict) or found.get("type") != SIGNED_REVISION:
        raise Wrong(f"its type is not {SIGNED_REVISION}")
    return found


# --- keys and signatures ------------------------------------------------------------------------------


def from_base64url(text, length):
    """Exactly ``length`` bytes, in the one spelling there is."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, TypeError):
        raise Wrong("a text is not base64url") from None
    if len(raw) != length or base64.urlsafe_b64encode(raw).decode().rstrip("=") != text:
        raise Wrong(f"a text is not {length} bytes in base64url")
    return raw


def thumbprint(jwk):
    """RFC 7638."""
    members = {name: jwk[name] for name in ("crv", "kty", "x")}
    digest = hashlib.sha256(octets(members)).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def check_signature(key, statement, signature):
    raw = from_base64url(signature, 64)
    try:
        VerifyKey(from_base64url(key["jwk"]["x"], 32)).verify(octets(statement), raw)
    except (CryptoError, ValueError):
        raise Wrong(f"not a signature of the key {key['kid']}") from None


def instant(text):
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if found.tzinfo is None:
        raise Wrong(f"{text} has no offset")
    return found


def check_valid(key, at):
    if instant(at) < instant(key["valid_from"]):
        raise Wrong(f"{key['kid']} is in force from {key['valid_from']}, it signed at {at}")
    if key["valid_until"] is not None and instant(at) >= instant(key["valid_until"]):
        raise Wrong(f"{key['kid']} ended at {key['valid_until']}, it signed at {at}")


# --- the checks ---------------------------------------------------------------------------------------


class Report:
    """Runs checks, and keeps what each of them found."""

    def __init__(self):
        self.found = []

    def check(self, name, about, work):
        """Whether ``work`` passed; anything it stumbles over is a failure."""
        try:
            work()
        except Wrong as error:
            self.found.append((name, about, str(error)))
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            self.found.append((name, about, f"malformed: {type(error).__name__}: {error}"))
        else:
            self.found.append((name, about, None))
        return self.found[-1][2] is None

    @property
    def failures(self):
        return [each for each in self.found if each[2] is not None]


def same(found, wanted, what):
    if found != wanted:
        raise Wrong(f"{what} is {found!r}, not {wanted!r}")


def verify(raw: bytes, trusted: Collection[str] = ()) -> tuple["Report", list[dict]]:
    """Every check of a file's bytes, and the keys that signed: (report, keys)."""
    if raw[:1] == b"P":
        return verify_bundle(raw, trusted)
    report, holder = Report(), {}
    if not report.check("form", "", lambda: holder.update(read(raw))):
        return report, []
    keys = {}
    report.check("hash", "", lambda: check_hash(holder))
    if not report.check("keys", "", lambda: check_keys(holder, keys)):
        return report, []
    report.check("seal", "", lambda: check_seal(holder, keys))
    check_parties(report, holder, keys)
    if trusted:
        report.check("trust", "", lambda: check_trust(keys, trusted))
    return report, list(keys.values())


def check_parties(report, holder, keys):
    """Each acceptance of a revision, and whether all whom it binds gave one."""
    accepted = []

    def all_parties():
        for one in holder["acceptances"]:
            if check_acceptance(report, holder, keys, one, one["agency"]):
                accepted.append(one["agency"])
        same(sorted(accepted), sorted(holder["document"]["parties"]), "who accepted")

    report.check("parties", holder.get("about", ""), all_parties)


def check_hash(holder):
    same(hashlib.sha256(octets(holder["document"])).hexdigest(), holder["hash"], "the hash")
    same(holder["document"]["code"], holder["agreement"], "the agreement")


def check_keys(holder, keys):
    for key in holder["keys"]:
        same((key["jwk"]["kty"], key["jwk"]["crv"]), ("OKP", "Ed25519"), "the kind of a key")
        from_base64url(key["jwk"]["x"], 32)
        same(key["kid"], thumbprint(key["jwk"]), "the name of a key")
        if key["kid"] in keys:
            raise Wrong(f"the key {key['kid']} stands twice")
        keys[key["kid"]] = key


def key_of(keys, kid, agency):
    """A key that belongs to an agency (None: to the deployment)."""
    if kid not in keys:
        raise Wrong(f"the key {kid} is not in the file")
    same(keys[kid]["agency"], agency, f"the owner of the key {kid}")
    return keys[kid]


def check_seal(holder, keys):
    key = key_of(keys, holder["sealed_with"], None)
    check_signature(key, {name: holder[name] for name in holder if name != "seal"}, holder["seal"])
    check_valid(key, holder["exported_at"])


def check_trust(keys, trusted):
    strange = sorted(set(keys) - set(trusted))
    if strange:
        raise Wrong("not among them: " + ", ".join(strange))


def check_acceptance(report, holder, keys, one, agency):
    """Whether one agency's acceptance passed every check of its own."""
    said = one["statement"]
    if said is None:

        def unsigned():
            raise Wrong("it was given before acceptances were signed: nothing proves it")

        return report.check("signature", agency, unsigned)

    def about():
        wanted = (ACCEPTANCE, holder["agreement"], holder["hash"], agency, one["at"])
        found = (said["type"], said["agreement"], said["revision"], said["agency"], said["at"])
        same(found, wanted, "what was accepted")
        same(said["role"], "signatory", "the role")
        same(said["how"], "witnessed" if said["own_key"] is None else "own_key", "how it was signed")

    def witnessed():
        check_signature(key_of(keys, said["kid"], None), said, one["signature"])

    def own():
        kid, actor = said["own_key"]["kid"], said["by_agency"] or agency
        stated = {
            "type": OWN_KEY,
            "agency": actor,
            "agreement": holder["agreement"],
            "hash": holder["hash"],
            "kid": kid,
        }
        check_signature(key_of(keys, kid, actor), stated, said["own_key"]["signature"])

    def valid():
        check_valid(keys[said["kid"]], said["at"])
        if said["own_key"] is not None:
            check_valid(keys[said["own_key"]["kid"]], said["at"])

    def named():
        salted = one["name"]["salt"] + "\n" + one["name"]["text"]
        same(hashlib.sha256(salted.encode()).hexdigest(), said["signatory"]["name_hash"], "the name")

    def in_time():
        if said["offer_expires_at"] is not None and instant(said["at"]) >= instant(said["offer_expires_at"]):
            raise Wrong(f"accepted at {said['at']}, the offer expired at {said['offer_expires_at']}")

    work = [("statement", about), ("signature", witnessed)]
    if said.get("own_key") is not None:
        work.append(("own", own))
    work.append(("valid", valid))
    if one["name"] is not None:
        work.append(("name", named))
    work.append(("in_time", in_time))
    # All of them are made, whatever the first one finds.
    passed = [report.check(name, agency, check) for name, check in work]
    return all(passed)


# --- evidence bundles ---------------------------------------------------------------------------------

KINDS = ("acceptance", "batches", "correction", "exclusion", "result", "revision")
PATHS = {
    "acceptances.json": "acceptance",
    "batches.json": "batches",
    "checkpoint.txt": "checkpoint",
    "corrections.json": "correction",
    "exclusions.json": "exclusion",
    "keys.json": "key",
    "proofs.json": "proof",
    "results.json": "result",
    "revisions.json": "revision",
}
ED25519, COSIGNATURE = 1, 4
UNREADABLE = (
    zipfile.BadZipFile,
    struct.error,
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What the reader of zips stumbles over."""


def packed(files):
    """The zip that some files make: in order, stored, without times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in ["index.json", *sorted(set(files) - {"index.json"})]:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def unpacked(raw):
    """The files of a bundle, if the zip has not a byte beside them."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            if any(one.compress_type != zipfile.ZIP_STORED or one.file_size > len(raw) for one in entries):
                raise Wrong("it was packed by another program")
            files = {one.filename: archive.read(one) for one in entries}
    except UNREADABLE as error:
        raise Wrong(str(error)) from None
    same(sorted(files), sorted([*PATHS, "index.json"]), "what is inside")
    if packed(files) != raw:
        raise Wrong("the bytes are not those that the server sent")
    return files


def verify_bundle(raw, trusted):
    report, files, held, holders = Report(), {}, {}, []

    def opened():
        files.update(unpacked(raw))
        held.update({name: parsed(data) for name, data in files.items() if name.endswith(".json")})
        same(held["index.json"]["type"], BUNDLE, "its type")
        for one in held["revisions.json"]:
            mine = [each for each in held["acceptances.json"] if each["revision"] == one["hash"]]
            given = [{**each, "name": None} for each in mine]
            holders.append({**one, "acceptances": given, "about": f"{one['hash'][:12]}…"})

    if not report.check("zip", "", opened):
        return report, []
    index = held["index.json"]
    report.check("files", "", lambda: check_files(index, files, held))
    found, log, signers = {}, {}, {}

    def named():
        check_keys({"keys": held["keys.json"]}, found)
        for kid, key in found.items():
            same(key["use"] in ("log", "signer"), True, "that it has a known use")
            same(key["agency"] is None or key["use"] == "signer", True, "that the log's keys are its own")
            (log if key["use"] == "log" else signers)[kid] = key

    if not report.check("keys", "", named):
        return report, []
    report.check("seal", "", lambda: check_index_seal(index, log))
    note = {}
    report.check("checkpoint", "", lambda: note.update(check_note(index, files["checkpoint.txt"], log)))
    report.check("cosigned", "", lambda: check_cosignatures(note, signers))
    report.check("inclusion", "", lambda: check_inclusion(note, held["proofs.json"]))
    report.check("leaves", "", lambda: check_leaves(index, held))
    report.check("batches", "", lambda: check_batches(held["batches.json"]))
    for holder in holders:
        report.check("hash", holder["about"], lambda holder=holder: check_hash(holder))
        check_parties(report, holder, signers)
    results = held["results.json"]
    report.check("agreed", "", lambda: check_agreed(held["revisions.json"], results))
    report.check("arithmetic", "", lambda: each_of(results, check_arithmetic))
    report.check("basis", "", lambda: each_of(results, lambda one: check_basis(one, held)))
    report.check("chain", "", lambda: check_chain(results))
    if trusted:
        report.check("trust", "", lambda: check_trust(found, trusted))
    return report, list(found.values())


def each_of(results, check):
    for one in results:
        try:
            check(one)
        except Wrong as error:
            raise Wrong(f"{one['id']}: {error}") from None


def check_files(index, files, held):
    same([one["path"] for one in index["files"]], sorted(PATHS), "what the index names")
    for one in index["files"]:
        path = one["path"]
        same(one["sha256"], hashlib.sha256(files[path]).hexdigest(), f"the hash of {path}")
        same(one["kind"], PATHS[path], f"the kind of {path}")
        if path in held:
            same(one["records"], len(held[path]), f"the number of records of {path}")


def check_index_seal(index, log):
    if index["sealed_with"] not in log:
        raise Wrong(f"{index['sealed_with']} is no key of the log")
    key = log[index["sealed_with"]]
    check_signature(key, {name: index[name] for name in index if name != "seal"}, index["seal"])
    if key["valid_until"] is not None and instant(key["valid_until"]) <= instant(index["checkpoint"]["at"]):
        raise Wrong(f"{key['kid']} ended before the checkpoint")


def key_id(name, kind, key):
    public = from_base64url(key["jwk"]["x"], 32)
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def check_raw_signature(key, message, signature):
    try:
        VerifyKey(from_base64url(key["jwk"]["x"], 32)).verify(message, signature)
    except (CryptoError, ValueError):
        raise Wrong(f"not a signature of the key {key['kid']}") from None


def check_note(index, raw, log):
    """The parts of a checkpoint (c2sp.org/tlog-checkpoint) that a key of the log signed."""
    body, _, rest = raw.decode().partition("\n\n")
    body += "\n"
    origin, size, root = body.removesuffix("\n").split("\n")
    lines = []
    for line in rest.removesuffix("\n").split("\n"):
        dash, name, text = line.split(" ")
        same(dash, "\u2014", "the beginning of a signature")
        lines.append((name, base64.b64decode(text, validate=True)))
    same(origin, index["origin"], "the name of the log")
    same(size, str(index["checkpoint"]["size"]), "the size of the log")
    (name, blob), *others = lines
    same(name, origin, "who signed first")
    key = next((one for one in log.values() if key_id(name, ED25519, one) == blob[:4]), None)
    if key is None:
        raise Wrong("the key that signed it is not in the file")
    check_raw_signature(key, body.encode(), blob[4:])
    check_valid(key, index["checkpoint"]["at"])
    return {"size": int(size), "root": base64.b64decode(root, validate=True), "body": body, "others": others}


def check_cosignatures(note, signers):
    for name, blob in note["others"]:
        mine = [one for one in signers.values() if one["agency"] == name]
        key = next((one for one in mine if key_id(name, COSIGNATURE, one) == blob[:4]), None)
        if key is None:
            raise Wrong(f"the key of {name} that signed it is not in the file")
        time = int.from_bytes(blob[4:12], "big")
        message = f"cosignature/v1\ntime {time}\n{note['body']}".encode()
        check_raw_signature(key, message, blob[12:])


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaf_hash(leaf):
    return hashlib.sha256(b"\x00" + octets(leaf)).digest()


def root_from(position, size, digest, path):
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= position < size:
        raise Wrong(f"there is no place {position} in a log of {size}")
    at, last = position, size - 1
    for sibling in path:
        if last == 0:
            raise Wrong("the proof is too long")
        if at % 2 or at == last:
            digest = node(sibling, digest)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            digest = node(digest, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise Wrong("the proof is too short")
    return digest


def check_inclusion(note, proofs):
    before = -1
    for one in proofs:
        position = one["position"]
        if position <= before:
            raise Wrong(f"the leaf {position} stands behind {before}")
        before = position
        path = [base64.b64decode(each, validate=True) for each in one["path"]]
        if root_from(position, note["size"], leaf_hash(one["leaf"]), path) != note["root"]:
            raise Wrong(f"the leaf {position} does not lead to the root")


def leaf_of(kind, one):
    """The leaf that a record has to have."""

    def digest(value):
        return hashlib.sha256(octets(value)).hexdigest()

    if kind == "revision":
        said = {"agreement": one["agreement"], "hash": digest(one["document"])}
    elif kind == "acceptance":
        said = {name: one[name] for name in ("agreement", "revision", "agency")}
        said["hash"] = digest(one["statement"])
    elif kind == "exclusion":
        said = {name: one[name] for name in ("agreement", "id", "state", "version")} | {"hash": digest(one)}
    elif kind == "batches":
        return one["leaf"]
    else:
        said = {name: one[name] for name in ("agreement", "id")} | {"hash": digest(one)}
    return {"type": f"sanya.evidence.{kind}.v1", **said}


def check_leaves(index, held):
    wanted = []
    for path, kind in PATHS.items():
        if kind in KINDS:
            for one in held[path]:
                leaf = leaf_of(kind, one)
                same(leaf["type"], f"sanya.evidence.{kind}.v1", "the type of a leaf")
                if kind != "batches":
                    same(leaf["agreement"], index["agreement"], "the agreement")
                wanted.append(octets(leaf))
    same(sorted(octets(one["leaf"]) for one in held["proofs.json"]), sorted(wanted), "what was logged")


def check_batches(hours):
    for one in hours:
        leaf = one["leaf"]
        about = f"{leaf['service']} {leaf['hour']}"
        same(len(one["batches"]), leaf["count"], f"the number of batches of {about}")
        names = [each["batch"] for each in one["batches"]]
        if names != sorted(set(names)):
            raise Wrong(f"a batch of {about} stands twice, or not in its place")
        row = [leaf_hash(each) for each in one["batches"]]
        # The root, from below: an odd one at the end of a level goes up as it is.
        while len(row) > 1:
            pairs = [node(*row[at : at + 2]) for at in range(0, len(row) - 1, 2)]
            row = pairs + row[len(pairs) * 2 :]
        same(row[0].hex(), leaf["root"], f"the root of {about}")


def check_agreed(revisions, results):
    documents = {one["hash"]: one["document"] for one in revisions}

    def check(one):
        document = documents.get(one["agreement_revision"])
        if document is None:
            raise Wrong(f"the revision {one['agreement_revision']} is not in the bundle")
        promises = [*document["objectives"], *(document.get("composites") or ())]
        promise = next((each for each in promises if each["code"] == one["objective"]), None)
        if promise is None:
            raise Wrong(f"no objective {one['objective']} was agreed")
        if promise.get("kind") == "all":
            return
        same(one["comparator"], promise["comparator"], "the comparator")
        targets = [promise["target"], *(each["target"] for each in promise.get("targets") or ())]
        if amount(one["target"]) not in [amount(each) for each in targets]:
            raise Wrong(f"the target {one['target']} was not agreed")

    each_of(results, check)


DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def amount(text):
    """A number; a duration in seconds."""
    match = DURATION.fullmatch(str(text))
    if match is None:
        return Fraction(str(text))
    units = (604_800, 86_400, 3_600, 60, 1)
    return sum(Fraction(part or 0) * unit for part, unit in zip(match.groups(), units, strict=True))


HOLDS = {
    "<": lambda value, target: value < target,
    "<=": lambda value, target: value <= target,
    ">": lambda value, target: value > target,
    ">=": lambda value, target: value >= target,
}


def check_arithmetic(one):
    verdict, exact = one["verdict"], one["exact"]
    if exact is None:
        same((verdict, one["value"]), ("not_determined", None), "the verdict without a value")
        return
    top, bottom = exact.split("/")
    value = Fraction(int(top), int(bottom))
    if one["good"] is not None:
        same(value, Fraction(int(one["good"]), int(one["total"])), "good / total")
    if abs(value - Fraction(one["value"])) > Fraction(1, 10**9):
        raise Wrong(f"the value {one['value']} is not {exact}")
    if verdict != "not_determined":
        kept = HOLDS[one["comparator"]](value, Fraction(one["target"]))
        same(
            verdict,
            "met" if kept else "breached",
            f"the verdict of {exact} {one['comparator']} {one['target']}",
        )


def check_basis(one, held):
    known = {
        "exclusions": {each["id"] for each in held["exclusions.json"] if each["state"] == "approved"},
        "corrections": {each["id"] for each in held["corrections.json"]},
    }
    for name, there in known.items():
        missing = sorted(set(one["basis"].get(name) or ()) - there)
        if missing:
            raise Wrong(f"{name} {', '.join(missing)} are not in the bundle")


def check_chain(results):
    chains = {}
    for one in results:
        window = one["window"]
        key = (
            one["agreement_revision"],
            one["objective"],
            octets(one["scope"]),
            window["start"],
            window["end"],
        )
        chains.setdefault(key, {})[one["revision"]] = one
    for chain in chains.values():
        for number in sorted(chain)[1:]:
            one = chain[number]
            if number - 1 not in chain or one["supersedes"] != chain[number - 1]["id"]:
                raise Wrong(f"{one['id']} takes the place of {one['supersedes']}, which is not here")


# --- told to people -----------------------------------------------------------------------------------


def told(report, keys, trusted, language):
    say, place = TEXTS[language], 0 if language == "en" else 1
    for name, about, wrong in report.found:
        what, meaning = WORDS[name][place]
        who = f"{about}: " if about else ""
        yield f"{say['pass' if wrong is None else 'fail']}  {who}{what}"
        if wrong is not None:
            yield f"        {wrong}"
            yield f"        {say['means']}: {meaning}"
    yield ""
    failures = len(report.failures)
    yield say["good"] if not failures else f"{failures} {say['bad']}"
    if keys and not trusted:
        yield say["unknown"]
        for key in keys:
            yield f"  {key['kid']}  {key['agency'] or say['deployment']}"


def as_json(report, keys, language):
    """What was found, for programs: the page `/verify` of a deployment shows this."""
    place = 0 if language == "en" else 1
    checks = [
        {"check": name, "about": about, "what": what, "wrong": wrong, "means": means}
        for name, about, wrong in report.found
        for what, means in (WORDS[name][place],)
    ]
    named = [{"kid": key["kid"], "agency": key["agency"]} for key in keys]
    return json.dumps({"passed": not report.failures, "checks": checks, "keys": named}, ensure_ascii=False)


def joined(words):
    """`--trust KID` as one word: a KID may begin with "-", which argparse takes for an option."""
    rest = iter(words)
    for word in rest:
        value = next(rest, None) if word == "--trust" else None
        yield word if value is None else f"{word}={value}"


def main():
    parser = argparse.ArgumentParser(description="Checks a signed revision or an evidence bundle.")
    parser.add_argument("file")
    parser.add_argument("--lang", choices=("en", "th"), default="en")
    parser.add_argument("--trust", action="append", default=[], metavar="KID", help="repeatable")
    parser.add_argument("--json", action="store_true", help="for programs")
    given = parser.parse_args(list(joined(sys.argv[1:])))
    try:
        if given.file == "-":
            raw = sys.stdin.buffer.read()
        else:
            with open(given.file, "rb") as file:
                raw = file.read()
    except OSError as error:
        parser.error(str(error))
    report, keys = verify(raw, given.trust)
    if given.json:
        print(as_json(report, keys, given.lang))
    else:
        print("\n".join(told(report, keys, given.trust, given.lang)))
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
