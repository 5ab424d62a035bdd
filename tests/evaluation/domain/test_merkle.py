"""The Merkle tree against published vectors (transparency-dev/merkle: testonly/constants.go and
proof/verify_test.go, which are those of Certificate Transparency), and by its own laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain import merkle
from services.evaluation.domain.merkle import Node

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (position counted from 1, size, proof)
INCLUSION = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        2,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, INCLUSION[1][2]),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]


def grown(size: int) -> dict[Node, bytes]:
    """The nodes of a tree with ``size`` leaves."""
    found: dict[Node, bytes] = {}
    for position in range(size):
        leaf = merkle.leaf_hash(LEAVES[position] if size <= len(LEAVES) else str(position).encode())
        found.update(merkle.appended(position, leaf, found.__getitem__))
    return found


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, word for word."""
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return merkle.leaf_hash(leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(by_definition(leaves[:k]), by_definition(leaves[k:]))


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    assert merkle.root_of(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "size", "path"), INCLUSION)
def test_published_inclusion_proofs(place: int, size: int, path: list[str]) -> None:
    tree, leaf = grown(size), merkle.leaf_hash(LEAVES[place - 1])
    found = merkle.proof(merkle.inclusion(place - 1, size), tree.__getitem__)
    assert [each.hex() for each in found] == path
    reached = merkle.root_from_inclusion(place - 1, size, leaf, found)
    assert reached is not None
    assert reached.hex() == ROOTS[size]


@pytest.mark.parametrize(("old", "size", "path"), CONSISTENCY)
def test_published_consistency_proofs(old: int, size: int, path: list[str]) -> None:
    found = merkle.proof(merkle.consistency(old, size), grown(size).__getitem__)
    assert [each.hex() for each in found] == path
    assert merkle.is_consistent(old, size, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[size]), found)


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert merkle.root_of(leaves) == by_definition(leaves)


@given(st.data())
def test_every_leaf_is_proven_and_no_other_place_or_size(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70))
    place = data.draw(st.integers(0, size - 1))
    tree = grown(size)
    root, leaf = merkle.root(size, tree.__getitem__), tree[0, place]
    path = merkle.proof(merkle.inclusion(place, size), tree.__getitem__)
    assert merkle.root_from_inclusion(place, size, leaf, path) == root
    for other in range(size):
        assert (merkle.root_from_inclusion(other, size, leaf, path) == root) == (other == place)
    for wrong in ([*path, root], path[:-1], [root, *path]):
        if wrong != path:
            assert merkle.root_from_inclusion(place, size, leaf, wrong) != root
    assert merkle.root_from_inclusion(place, size, root, path) != root or size == 1


@given(st.data())
def test_a_tree_is_consistent_with_its_beginnings_only(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 70))
    old = data.draw(st.integers(1, size - 1))
    tree = grown(70)
    before, after = (merkle.root(one, tree.__getitem__) for one in (old, size))
    path = merkle.proof(merkle.consistency(old, size), tree.__getitem__)
    assert merkle.is_consistent(old, size, before, after, path)
    assert not merkle.is_consistent(old, size, after, before, path)
    assert not merkle.is_consistent(old, size, before, after, path[:-1])
    assert not merkle.is_consistent(old, size, before, after, [*path, before])
    place = data.draw(st.integers(0, len(path) - 1))
    flipped = bytes([path[place][0] ^ 1]) + path[place][1:]
    assert not merkle.is_consistent(old, size, before, after, [*path[:place], flipped, *path[place + 1 :]])


@pytest.mark.parametrize(("position", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_proof(position: int, size: int) -> None:
    with pytest.raises(ValueError):
        merkle.inclusion(position, size)
    assert merkle.root_from_inclusion(position, size, b"", []) is None


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3)])
def test_a_tree_that_is_no_beginning_has_no_proof(old: int, size: int) -> None:
    with pytest.raises(ValueError):
        merkle.consistency(old, size)
