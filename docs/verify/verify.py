#!/usr/bin/env python3
"""Checks a signed revision of an agreement, offline and without any other part of Sanya.

    pip install pynacl
    python verify.py signed.json [--lang th] [--trust KID ...]

`signed.json` is the answer of `GET /api/sla/v1/agreements/{code}/revisions/{hash}/signed`, to the byte.
Exit code 0: everything passed; 1: something failed; 2: wrong use.

Every check says what it found and, where it failed, what that means. README.md beside this file describes the
format, for whoever wants to write another program.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Collection
from datetime import datetime

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

ACCEPTANCE = "sanya.acceptance.v1"
OWN_KEY = "sanya.acceptance.own-key.v1"
SIGNED_REVISION = "sanya.signed-revision.v1"

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
}
TEXTS = {
    "en": {
        "pass": "passed",
        "fail": "FAILED",
        "means": "this means",
        "good": "All checks passed.",
        "bad": "checks FAILED: do not rely on this file.",
        "unknown": "Not checked: whose keys these are. Compare their names with what the deployment "
        "(/api/sla/v1/keys) and the agencies publish, or name them with --trust:",
        "deployment": "the deployment",
    },
    "th": {
        "pass": "ผ่าน",
        "fail": "ไม่ผ่าน",
        "means": "หมายความว่า",
        "good": "ผ่านการตรวจทุกข้อ",
        "bad": "ข้อไม่ผ่าน: อย่าใช้ไฟล์นี้เป็นหลักฐาน",
        "unknown": "ไม่ได้ตรวจว่ากุญแจเป็นของใคร: เทียบชื่อกุญแจกับที่ระบบ (/api/sla/v1/keys) "
        "และหน่วยงานเผยแพร่ หรือระบุด้วย --trust:",
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


def read(raw):
    """The file as an object, if it is in canonical form to the byte."""
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
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
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
    report, holder = Report(), {}
    if not report.check("form", "", lambda: holder.update(read(raw))):
        return report, []
    keys = {}
    report.check("hash", "", lambda: check_hash(holder))
    if not report.check("keys", "", lambda: check_keys(holder, keys)):
        return report, []
    report.check("seal", "", lambda: check_seal(holder, keys))
    accepted = []

    def all_parties():
        for one in holder["acceptances"]:
            if check_acceptance(report, holder, keys, one, one["agency"]):
                accepted.append(one["agency"])
        same(sorted(accepted), sorted(holder["document"]["parties"]), "who accepted")

    report.check("parties", "", all_parties)
    if trusted:
        report.check("trust", "", lambda: check_trust(keys, trusted))
    return report, list(keys.values())


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


def joined(words):
    """`--trust KID` as one word: a KID may begin with "-", which argparse takes for an option."""
    rest = iter(words)
    for word in rest:
        value = next(rest, None) if word == "--trust" else None
        yield word if value is None else f"{word}={value}"


def main():
    parser = argparse.ArgumentParser(description="Checks a signed revision of an agreement.")
    parser.add_argument("file")
    parser.add_argument("--lang", choices=("en", "th"), default="en")
    parser.add_argument("--trust", action="append", default=[], metavar="KID", help="repeatable")
    given = parser.parse_args(list(joined(sys.argv[1:])))
    try:
        with open(given.file, "rb") as file:
            raw = file.read()
    except OSError as error:
        parser.error(str(error))
    report, keys = verify(raw, given.trust)
    print("\n".join(told(report, keys, given.trust, given.lang)))
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
