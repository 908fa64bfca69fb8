from hashlib import sha256

from base.merkle import leaf_hash, merkle_root


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle_root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_roots_are_those_of_certificate_transparency() -> None:
    # The reference vectors of the implementation that RFC 6962 came with (certificate-transparency, merkle_tree_test).
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in entries]
    assert leaves[0].hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle_root(leaves[:3]).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert merkle_root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_an_odd_last_entry_moves_up_as_it_is() -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(5)]

    def node(left: bytes, right: bytes) -> bytes:
        return sha256(b"\x01" + left + right).digest()

    four = node(node(leaves[0], leaves[1]), node(leaves[2], leaves[3]))
    assert merkle_root(leaves) == node(four, leaves[4])
