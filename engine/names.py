"""The ClOrdIDs of a session's day, each with its order: a table of our own, because every message asks it.

A dict would keep beside each order a name that the order has anyway, and a hash. Here an entry is the order itself, for
the name it has now; of a name that has no order, the name; of one that its order has no longer, or not yet, both. Where
a name's entry stands, a slot tells: 32 bits of the name's hash and 32 of the place among the entries, counted from 1.
Compiled, the slot of an order that lies in a slab (engine/slab.py) tells where in memory instead, because a million
orders' entries lie in no cache. The search for a slot begins at the hash's last bits, and an empty one ends it. Names
that count up, as most clients' do, have theirs side by side: who claims them in turn finds most in the cache.

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
from engine.pages import first_address

Entry = Order | bytes | tuple[bytes, Order]

SLOT_BITS = 64
PLACE_BITS = 32
PLACE_MASK = 0xFFFF_FFFF
IN_SLAB = 0x8000_0000
"""This bit tells that no place follows but how many times 128 bytes after the first address an order lies."""

NAMES_MAX = 0x7FFF_FFFF
SLOTS_MIN = 64
SLOTS_MAX = 4_096
BITS_MAX = 20
"""A part has so many slots, and more only where so many first bits do not tell names apart."""

HASH_MASK = 0xFFFF_FFFF_FFFF_FFFF
MIXER = 0x9E37_79B9_7F4A_7C15
"""An odd number with bits as if drawn: 2**64 divided by the golden ratio."""

WORD_BYTES = 4
LAST_BYTE = 1 << 24
BESIDE = 4
WORD_MASK = 0xFFFF_FFFF - (BESIDE - 1) * LAST_BYTE
"""A word's other bits. With BESIDE 8 or 16 a line of the cache would have more such names, but also more in the way."""

HASHED_BYTES_MAX = 64
"""Of a longer name, or one that is no word, Python's own hash is taken."""

FACTORS = array("Q", [hash(b"%d" % number) & HASH_MASK for number in range(HASHED_BYTES_MAX + 1)])
FIRST = first_address()

if not cython.compiled:

    def take_slots(size: int) -> array[int]:
        """So many numbers, all 0 (compiled: a pointer to them, and those of a full part lie in huge pages)."""
        return array("Q", (0,)) * size

    def numbers(slots: array[int]) -> array[int]:
        """The numbers, to be indexed (compiled: a pointer to the first)."""
        return slots

    def slots_at(names: Names, place: int) -> array[int]:
        """A part's slots (compiled: without taking hold of the part, as with the next two)."""
        return names._parts[place].slots

    def mask_at(names: Names, place: int) -> int:
        """A part's mask."""
        return names._parts[place].mask

    def has_room(names: Names, place: int) -> bool:
        """Whether a part has room after one more name."""
        part = names._parts[place]
        part.room -= 1
        return part.room > 0

    def slot_of(tag: int, _entry: Entry, place: int) -> int:
        """The slot of an entry (compiled: of an order in a slab another)."""
        return tag << PLACE_BITS | place

    def entry_of(slot: int, entries: list[Entry]) -> Entry:
        """And the entry of a slot."""
        return entries[(slot & PLACE_MASK) - 1]

    def fetch(slots: array[int], at: int) -> None:
        """Nothing (compiled: let the processor fetch a slot from memory)."""

    def fetch_neighbours(order: Order) -> None:
        """Nothing (compiled: let it fetch the orders before and behind one, which will be linked if it goes)."""

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
        self.slots = take_slots(size)
        self.mask = size - 1
        self.room = size // 3 * 2

    if cython.compiled:

        def __dealloc__(self) -> None:
            give_slots(self.slots, self.mask + 1)  # type: ignore[name-defined]  # noqa: F821

    def settle(self, slot: int) -> None:
        """Put a slot's content where a search will find it."""
        slots = self.slots
        mask = self.mask
        at = slot >> PLACE_BITS & mask
        while slots[at] != 0:
            at = (at + 1) & mask
        slots[at] = slot
        self.room -= 1

    def contents(self) -> list[int]:
        """Each slot's."""
        return [self.slots[at] for at in range(self.mask + 1)]


@cython.final
@cython.no_gc
@cython.cclass
class Names:
    """Each name that was used and its order, None if it has none. A hash's first `_bits` bits choose of `_parts`;
    -1 before there are any.

    Of entries for one name the last one counts: where an order's stands is not known, so it stays, whatever becomes of
    its name.
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
        return None if slot == 0 else order_of(entry_of(slot, self.entries))

    def claim(self, name: bytes, order: Order | None, tag: int) -> bool:
        """Use an expected name, whose hash is `tag`, for an order that bears it, or for none, unless it has been used;
        whether it had not.
        """
        place = self._place(tag)
        at = self._find(place, name, tag)
        if slots_at(self, place)[at] != 0:
            return False
        entry: Entry = name if order is None else order
        self.entries.append(entry)
        self._point(tag, place, at, entry, len(self.entries))
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
        """The orders that a name means, each once or more often."""
        found = [(name_of(entry), order_of(entry)) for entry in self.entries]
        return [order for name, order in found if order is not None and self.get(name) is order]

    def _set(self, name: bytes, entry: Entry) -> None:
        tag = hash_of(name)
        self.claim(name, None, tag)
        place = self._place(tag)
        at = self._find(place, name, tag)
        slot = slots_at(self, place)[at]
        entries = self.entries
        known = entry_of(slot, entries)
        where = slot & PLACE_MASK
        if known is entry:
            return
        if isinstance(known, Order):
            if entries[len(entries) - 1] is not known:
                entries.append(known)
            where = len(entries)
        entries[where - 1] = entry
        slots_at(self, place)[at] = slot_of(tag, entry, where)

    def _point(self, tag: int, place: int, at: int, entry: Entry, where: int) -> None:
        """Let an empty slot be that of an entry, the `where`th."""
        slots_at(self, place)[at] = slot_of(tag, entry, where)
        if not has_room(self, place):
            self._make_room(self._parts[place], tag)

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
        entry = entry_of(slot, self.entries)
        if isinstance(entry, Order):
            fetch_neighbours(entry)
            return has_name(entry, name)
        return name_of(entry) == name

    def _begin(self) -> None:
        """Make the first slots, and those that a snapshot leaves out."""
        entries = self.entries
        untrack(entries)
        self._bits = 0
        self._parts.append(Part(0, SLOTS_MIN))
        for number in range(len(entries)):
            entry = entries[number]
            name = name_of(entry)
            tag = hash_of(name)
            place = self._place(tag)
            at = self._find(place, name, tag)
            if slots_at(self, place)[at] == 0:
                self._point(tag, place, at, entry, number + 1)
            else:
                slots_at(self, place)[at] = slot_of(tag, entry, number + 1)

    def _make_room(self, part: Part, tag: int) -> None:
        """Make a full part, that of a hash, twice as large, or two of it: one for each value of the next bit."""
        assert len(self.entries) < NAMES_MAX, "too many ClOrdIDs in a day"
        size = part.mask + 1
        bits = part.bits
        if size < SLOTS_MAX or bits == BITS_MAX:
            low = high = Part(bits, size + size)
        else:
            bits += 1
            low, high = Part(bits, size), Part(bits, size)
            if bits > self._bits:
                self._parts = [each for each in self._parts for _ in range(2)]
                self._bits = bits
        halves = (low, high)
        shift = SLOT_BITS - max(bits, 1)  # of no bits there is one part, twice
        slots = part.slots
        used = 0
        for at in range(size):  # in two steps, and without a branch that a processor could not foresee
            slot = slots[at]
            slots[used] = slot
            used += slot != 0
        for at in range(used):
            slot = slots[at]
            half: Part = halves[slot >> shift & 1]
            half.settle(slot)
        count = 1 << self._bits - part.bits
        first = (tag >> PLACE_BITS - part.bits) * count
        for at in range(count):
            self._parts[first + at] = halves[2 * at // count]


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
    The last byte's last bits come as they are, so that BESIDE such names have their slots side by side.
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
    last = word_at(data, size - WORD_BYTES)
    total = total + factors[at] * (last & WORD_MASK) & HASH_MASK
    total = (total ^ total >> PLACE_BITS) * MIXER >> PLACE_BITS & PLACE_MASK
    return total - total % BESIDE + last // LAST_BYTE % BESIDE
