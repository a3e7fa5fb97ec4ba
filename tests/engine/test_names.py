"""The table of a session's ClOrdIDs does what a dict would."""

from __future__ import annotations

from random import Random

from engine.instrument import Instrument
from engine.names import Names
from engine.order import Order, Origin, new_order

ORIGIN = Origin(1, 1, b"", Instrument(1, b"A"), 0)


def order(name: bytes) -> Order:
    return new_order(ORIGIN, name, 49, 50, 48, 0, 1, 1, None)


def claim(names: Names, name: bytes, order: Order | None = None) -> bool:
    return names.claim(name, order, names.expect(name))


def test_names_are_what_a_dict_would_have_them_be(seed: int) -> None:
    """IDN-01: names of any length, used once, used anew, given to an order that has another already."""
    draw = Random(seed)
    kept: list[bytes] = [b"%d" % number * draw.randrange(1, 30) for number in range(60)]
    names, known = Names(), dict[bytes, Order | None]()
    for number in range(20_000):
        name = draw.choice(kept) if draw.random() < 0.3 else b"%x-%d" % (draw.randrange(1 << 30), number)
        if draw.random() < 0.1:
            kept[draw.randrange(len(kept))] = name
        assert names.get(name) is known.get(name)
        order_or_none = order(name) if draw.random() < 0.5 else None
        match draw.randrange(4):
            case 0 | 1:
                assert claim(names, name, order_or_none) == (name not in known)
                known.setdefault(name, order_or_none)
            case 2:
                names.put(name, order_or_none)
                known[name] = order_or_none
            case _:
                renamed = known.get(draw.choice(kept))
                if renamed is not None:
                    names.rename(renamed, name)
                    known[name] = renamed
                    assert renamed.cl_ord_id == name
    assert [names.get(name) for name in known] == list(known.values())
    assert set(names.all()) == {order for order in known.values() if order is not None}
    restored = Names()
    restored.entries.extend(names.entries)
    assert [restored.get(name) for name in known] == list(known.values())


def test_an_order_goes_on_by_the_names_it_had() -> None:
    """CXR-05: also if another request has its name in the meantime, it is not lost."""
    names, first, second = Names(), order(b"first"), order(b"second")
    assert claim(names, b"first", first)
    names.rename(first, b"changed")
    names.put(b"changed", second)
    names.rename(first, b"last")
    expected = {b"first": first, b"changed": second, b"last": first, b"second": None}
    assert {name: names.get(name) for name in expected} == expected


def test_names_alike_do_not_stand_in_one_anothers_way() -> None:
    """However the names of a day follow one another, few slots are looked at for each: with any of Python's hashes."""
    for name in (b"%d", b"%08d", b"A%d", b"%d-order-of-a-long-day", b"ORD-20240102-%06d", b"%d\0", b"%d-A", b"%d00"):
        names = Names()
        for number in range(20_000):
            claim(names, name % number)
        used = steps = 0
        for part in set(names._parts):
            slots = part.contents()
            used += sum(slot != 0 for slot in slots)
            steps += sum((at - (slot >> 32)) % len(slots) for at, slot in enumerate(slots) if slot)
        assert used == 20_000
        assert steps < 6 * used


def test_names_that_count_up_have_their_slots_side_by_side() -> None:
    """Three lines of the processor's cache for ten of them, not ten, and another slot for each; but for what a hash of
    30 bits may have in common by chance.
    """
    names = Names()
    hashes = [names.expect(b"order-%04d" % number) for number in range(1_000)]
    assert 990 < len(set(hashes)) <= 1_000
    assert 295 < len({at // 4 for at in hashes}) <= 300


def test_no_name_waits_for_more_than_a_part_to_be_made_anew() -> None:
    """However many names there are, and each is in the part that its hash's first bits choose."""
    names = Names()
    for number in range(100_000):
        assert claim(names, b"%d" % number)
    parts = names._parts
    assert {len(part.contents()) for part in parts} == {4_096}
    for place, part in enumerate(parts):
        chosen = {slot >> 64 - part.bits for slot in part.contents() if slot}
        assert chosen == {place >> names._bits - part.bits}
    assert not any(claim(names, b"%d" % number) for number in range(100_000))


def test_the_first_names_and_those_of_any_length_have_room() -> None:
    names = Names()
    for size in range(200):
        assert claim(names, b"n" * size)
        assert not claim(names, b"n" * size)
