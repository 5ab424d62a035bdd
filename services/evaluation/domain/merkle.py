"""The Merkle tree of RFC 6962 (section 2.1), from its complete subtrees.

A *node* (level, index) is the root over the leaves [index * 2^level, (index + 1) * 2^level), all of which are
there. Complete nodes never change as the tree grows, so they are what is kept; every root and every proof is
folded from them. (tests/evaluation/domain/test_merkle.py has the published vectors.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

Node = tuple[int, int]
"""(level, index)."""
Known = Callable[[Node], bytes]
"""The hash of a complete node."""
Folded = tuple[Node, ...]
"""Complete nodes from left to right whose fold is one root."""

EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over some leaves' data."""
    found: dict[Node, bytes] = {}
    size = 0
    for data in leaves:
        found.update(appended(size, leaf_hash(data), found.__getitem__))
        size += 1
    return root(size, found.__getitem__)


def appended(position: int, leaf: bytes, known: Known) -> dict[Node, bytes]:
    """The nodes that a leaf at ``position`` completes: itself, and each one of which it is the last leaf."""
    made = {(0, position): leaf}
    level, index, digest = 0, position, leaf
    while index % 2:
        digest = node_hash(known((level, index - 1)), digest)
        level, index = level + 1, index // 2
        made[level, index] = digest
    return made


def covering(start: int, end: int) -> Folded:
    """The complete nodes over the leaves [start, end), a subtree as RFC 6962 splits a tree."""
    found: list[Node] = []
    while start < end:
        level = min((start & -start or 1 << 62).bit_length(), (end - start).bit_length()) - 1
        found.append((level, start >> level))
        start += 1 << level
    return tuple(found)


def folded(nodes: Folded, known: Known) -> bytes:
    """The root over nodes of falling size, right to left."""
    if not nodes:
        return EMPTY_ROOT
    digest = known(nodes[-1])
    for node in reversed(nodes[:-1]):
        digest = node_hash(known(node), digest)
    return digest


def root(size: int, known: Known) -> bytes:
    """The root of the tree of the first ``size`` leaves."""
    return folded(covering(0, size), known)


def inclusion(position: int, size: int) -> list[Folded]:
    """What proves that a leaf is in the tree of ``size``: PATH(position, D[size]), nearest sibling first."""
    if not 0 <= position < size:
        raise ValueError(f"the leaf {position} is not in a tree of {size}")
    path: list[Folded] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if position < middle:
            path.append(covering(middle, end))
            end = middle
        else:
            path.append(covering(start, middle))
            start = middle
    return path[::-1]


def consistency(old: int, size: int) -> list[Folded]:
    """What proves that the tree of ``size`` begins with that of ``old``: PROOF(old, D[size])."""
    if not 0 < old <= size:
        raise ValueError(f"a tree of {old} is not the beginning of one of {size}")
    path: list[Folded] = []
    start, end, whole = 0, size, True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(covering(middle, end))
            end = middle
        else:
            path.append(covering(start, middle))
            start, whole = middle, False
    if not whole:
        path.append(covering(start, end))
    return path[::-1]


def proof(path: Sequence[Folded], known: Known) -> list[bytes]:
    return [folded(nodes, known) for nodes in path]


def nodes_of(paths: Iterable[Sequence[Folded]]) -> set[Node]:
    """Every node that some proofs need, to be read at once."""
    return {node for path in paths for nodes in path for node in nodes}


def _split(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    return 1 << (size - 1).bit_length() - 1


# --- verification (RFC 9162, sections 2.1.3.2 and 2.1.4.2) -------------------------------------------


def root_from_inclusion(position: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to; None where the proof does not fit the tree."""
    if not 0 <= position < size:
        return None
    at, last, digest = position, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if at % 2 or at == last:
            digest = node_hash(sibling, digest)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        at, last = at >> 1, last >> 1
    return digest if last == 0 else None


def is_consistent(old: int, size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of ``size`` begins with that of ``old``."""
    if old == size:
        return not path and old_root == new_root
    if not 0 < old < size or not path:
        return False
    steps = list(path)
    if not old & (old - 1):
        steps.insert(0, old_root)
    at, last = old - 1, size - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
