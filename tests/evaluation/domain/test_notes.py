"""Signed notes against the published example of golang.org/x/mod/sumdb/note, and its laws."""

from __future__ import annotations

import base64

from services.evaluation.domain import notes
from services.evaluation.domain.notes import COSIGNATURE, ED25519, Checkpoint

NAME = "PeterNeumann"
PRIVATE = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLIC = base64.b64decode(VERIFIER.rsplit("+", 1)[1])[1:]
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
LINE = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_published_note_is_made_to_the_byte() -> None:
    assert notes.signed(TEXT, NAME, PRIVATE) == LINE
    assert notes.note(TEXT, LINE) == TEXT + "\n" + LINE


def test_the_published_key_is_written_so() -> None:
    assert notes.verifier_key(NAME, ED25519, PUBLIC) == VERIFIER


def test_a_signature_fits_its_text_alone() -> None:
    signature = base64.b64decode(LINE.rsplit(" ", 1)[1])[4:]
    assert notes.verifies(PUBLIC, TEXT.encode(), signature)
    assert not notes.verifies(PUBLIC, TEXT.encode() + b"\n", signature)
    assert not notes.verifies(PUBLIC, TEXT.encode(), signature[:-1] + b"\0")
    assert not notes.verifies(b"short", TEXT.encode(), signature)


def test_a_checkpoint_has_three_lines() -> None:
    # The example of c2sp.org/tlog-cosignature.
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    body = Checkpoint("example.com/behind-the-sofa", 20852163, root).body
    assert body == "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert notes.cosigned_message(body, 1679315147) == b"cosignature/v1\ntime 1679315147\n" + body.encode()


def test_a_cosignature_carries_its_time_under_a_key_id_of_its_own() -> None:
    line = notes.cosignature_line(NAME, PUBLIC, 1679315147, b"s" * 64)
    raw = base64.b64decode(line.rsplit(" ", 1)[1])
    assert raw[:4] == notes.key_id(NAME, COSIGNATURE, PUBLIC) != notes.key_id(NAME, ED25519, PUBLIC)
    assert (int.from_bytes(raw[4:12], "big"), raw[12:]) == (1679315147, b"s" * 64)
