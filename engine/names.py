"""The ClOrdIDs of a session's day, each with its order: a table of our own, because every message asks it.

A dict would keep beside each order a name that the order has anyway, and a hash. Here an entry is the order itself; of
a name that has no order, the name; of one that its order has no longer, or not yet, both. The entries stand in the
order in which the names came. Where among them a name stands, a slot tells: 32 bits of the name's hash and 32 of the
place, counted from 1. The search for a slot begins at the hash's last bits, and an empty one ends it.

The slots come in parts, chosen by the hash's first bits. A part that is full becomes two (extendible hashing): so no
message waits until a table of millions is made anew, as it would for a dict, but at most for a part.

Who knew the hash could choose names whose slots are all in one another's way, so its factors come from Python's own
hash, which is another in every process. Nothing but time depends on them.
"""

from __future__ import annotations

from array import array

import cython

from engine.order import Order, give_name, has_name
from engine.order import name_of as name_of_order

Entry = Order | bytes | tuple[bytes, Order]

SLOT_BITS = 64
PLACE_BITS = 32
PLACE_MASK = 0xFFFF_FFFF
NAMES_MAX = 0xFFFF_FFFF
SLOTS_MIN = 64
SLOTS_MAX = 4_096
BITS_MAX = 20
"""A part has so many slots, and more only where so many first bits do not tell names apart."""

HASH_MASK = 0xFFFF_FFFF_FFFF_FFFF
MIXER = 0x9E37_79B9_7F4A_7C15
"""An odd number with bits as if drawn: 2**64 divided by the golden ratio."""

WORD_BYTES = 4
HASHED_BYTES_MAX = 64
"""Of a longer name, or one that is no word, Python's own hash is taken."""

FACTORS = array("Q", [hash(b"%d" % number) & HASH_MASK for number in range(HASHED_BYTES_MAX + 1)])

if not cython.compiled:

    def numbers(slots: array[int]) -> array[int]:
        """The numbers, to be indexed and assigned (compiled: a pointer to the first)."""
        return slots

    def slots_at(names: Names, place: int) -> array[int]:
        """The same of a part's slots (compiled: without taking hold of the part, as with the next two)."""
        return names._parts[place].slots

    def mask_at(names: Names, place: int) -> int:
        """A part's mask."""
        return names._parts[place].mask

    def has_room(names: Names, place: int) -> bool:
        """Whether a part has room after one more name."""
        part = names._parts[place]
        part.room -= 1
        return part.room > 0

    def fetch(slots: array[int], at: int) -> None:
        """Nothing (compiled: let the processor fetch a slot from memory)."""

    def fetch_neighbours(entry: Entry) -> None:
        """Nothing (compiled: let it fetch the orders before and behind an entry's, which will be linked if it goes)."""

    def word_at(data: bytes, at: int) -> int:
        """The number that four bytes are."""
        return int.from_bytes(data[at : at + WORD_BYTES], "little")

    def untrack(entries: list[Entry]) -> None:
        """Nothing (compiled: spare Python's collector a list in which nothing can lead back to it)."""


@cython.final
@cython.no_gc
@cython.cclass
class Part:
    """The slots of the names whose hash begins with the same `bits` bits; for `room` more they suffice."""

    __slots__ = ("bits", "mask", "room", "slots")

    def __init__(self, bits: int, size: int) -> None:
        self.bits = bits
        self.slots = array("Q", (0,)) * size
        self.mask = size - 1
        self.room = size // 3 * 2

    def settle(self, slot: int) -> None:
        """Put a slot's content where a search will find it."""
        slots = numbers(self.slots)
        mask = self.mask
        at = slot >> PLACE_BITS & mask
        while slots[at] != 0:
            at = (at + 1) & mask
        slots[at] = slot
        self.room -= 1


@cython.final
@cython.no_gc
@cython.cclass
class Names:
    """Each name that was used and its order, None if it has none. A hash's first `_bits` bits choose of `_parts`;
    -1 before there are any.
    """

    __slots__ = ("_bits", "_parts", "entries")

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._parts: list[Part] = []
        self._bits = -1

    def expect(self, name: bytes) -> int:
        """The hash of a name that will be claimed; its slot is on the way from memory from now on."""
        tag = hash_of(name)
        place = self._place(tag)
        fetch(slots_at(self, place), tag & mask_at(self, place))
        return tag

    def get(self, name: bytes) -> Order | None:
        """The order of a name, None also if nobody used it."""
        tag = hash_of(name)
        place = self._place(tag)
        slot = slots_at(self, place)[self._find(place, name, tag)]
        if slot == 0:
            return None
        return order_of(self.entries[(slot & PLACE_MASK) - 1])

    def claim(self, name: bytes, order: Order | None, tag: int) -> bool:
        """Use an expected name, whose hash is `tag`, for an order that bears it, or for none, unless it has been used;
        whether it had not.
        """
        place = self._place(tag)
        at = self._find(place, name, tag)
        slots = slots_at(self, place)
        if slots[at] != 0:
            return False
        entries = self.entries
        entries.append(name if order is None else order)
        slots[at] = tag << PLACE_BITS | len(entries)
        if not has_room(self, place):
            self._make_room(self._parts[place], tag)
        return True

    def put(self, name: bytes, order: Order | None) -> None:
        """Let a name, used before or not, mean an order or none."""
        if order is None:
            self._set(name, name)
        else:
            self._set(name, order if has_name(order, name) else (name, order))

    def rename(self, order: Order, name: bytes) -> None:
        """Give an order another name; the one it had goes on meaning it."""
        old = name_of_order(order)
        if self.get(old) is order:
            self._set(old, (old, order))  # while the table still knows it by that name
        give_name(order, name)
        self._set(name, order)

    def all(self) -> list[Order]:
        """The order of each name that has one, as the names came."""
        return [order for order in map(order_of, self.entries) if order is not None]

    def _set(self, name: bytes, entry: Entry) -> None:
        tag = hash_of(name)
        self.claim(name, None, tag)
        place = self._place(tag)
        slot = slots_at(self, place)[self._find(place, name, tag)]
        self.entries[(slot & PLACE_MASK) - 1] = entry

    def _place(self, tag: int) -> int:
        """Which of the parts a hash belongs to."""
        if self._bits < 0:
            self._begin()
        return tag >> PLACE_BITS - self._bits

    def _find(self, place: int, name: bytes, tag: int) -> int:
        """Where in a part the slot of a name is, or else the empty one that can become it."""
        slots = slots_at(self, place)
        mask = mask_at(self, place)
        at = tag & mask
        slot = slots[at]
        while slot != 0 and not (slot >> PLACE_BITS == tag and self._is(slot, name)):
            at = (at + 1) & mask
            slot = slots[at]
        return at

    def _is(self, slot: int, name: bytes) -> bool:
        """Whether a slot is that of a name, of whose order it is likely that it goes."""
        entry = self.entries[(slot & PLACE_MASK) - 1]
        fetch_neighbours(entry)
        if isinstance(entry, Order):
            return has_name(entry, name)
        return name_of(entry) == name

    def _begin(self) -> None:
        """Make the first slots, and those that a snapshot leaves out."""
        entries = self.entries
        untrack(entries)
        self._bits = 0
        self._parts.append(Part(0, SLOTS_MIN))
        for at in range(len(entries)):
            tag = hash_of(name_of(entries[at]))
            part = self._parts[self._place(tag)]
            part.settle(tag << PLACE_BITS | (at + 1))
            if part.room <= 0:
                self._make_room(part, tag)

    def _make_room(self, part: Part, tag: int) -> None:
        """Make a full part, that of a hash, twice as large, or two of it: one for each value of the next bit."""
        assert len(self.entries) < NAMES_MAX, "too many ClOrdIDs in a day"
        size = len(part.slots)
        bits = part.bits
        if size < SLOTS_MAX or bits == BITS_MAX:
            low = high = Part(bits, size + size)
        else:
            bits += 1
            low, high = Part(bits, size), Part(bits, size)
            if bits > self._bits:
                self._parts = [each for each in self._parts for _ in range(2)]
                self._bits = bits
        is_split = low is not high
        slots = numbers(part.slots)
        for at in range(size):
            slot = slots[at]
            if slot == 0:
                continue
            if is_split and slot >> SLOT_BITS - bits & 1 != 0:
                high.settle(slot)
            else:
                low.settle(slot)
        count = 1 << self._bits - part.bits
        first = (tag >> PLACE_BITS - part.bits) * count
        for at in range(count):
            self._parts[first + at] = low if at < count // 2 or not is_split else high


def name_of(entry: Entry) -> bytes:
    """The name that an entry is for."""
    if isinstance(entry, Order):
        return name_of_order(entry)
    return entry if isinstance(entry, bytes) else entry[0]


def order_of(entry: Entry) -> Order | None:
    """The order that an entry's name means."""
    if isinstance(entry, Order):
        return entry
    return None if isinstance(entry, bytes) else entry[1]


def hash_of(name: bytes) -> int:
    """32 bits of a name: the sum of its words of four bytes, the last of which may overlap the one before, and its
    length, each times a factor of its own; mixed, or else the sums of names that count up would stand close together.
    """
    size = len(name)
    if size < WORD_BYTES or size > HASHED_BYTES_MAX:
        return hash(name) & PLACE_MASK
    data = name
    factors = numbers(FACTORS)
    total = factors[HASHED_BYTES_MAX] * size
    at = 0
    while at + WORD_BYTES < size:
        total += factors[at] * word_at(data, at)
        at += WORD_BYTES
    total = total + factors[at] * word_at(data, size - WORD_BYTES) & HASH_MASK
    return (total ^ total >> PLACE_BITS) * MIXER >> PLACE_BITS & PLACE_MASK
