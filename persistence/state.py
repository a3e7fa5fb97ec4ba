"""All that can be reached from some objects as bytes, and back: what a snapshot holds, and what a state's hash is of.

It names no field: of every object of ours it takes all of `__slots__` (or, without them, its attributes), of containers
what they contain. So what is added to the state is in the next snapshot, and what cannot be written is an error and not
forgotten. TRANSIENT alone is left out. Equal states give equal bytes, in either form of the program.

Values of one field of all objects of a class stand together, as a column: a million orders are some dozens of columns.
"""

from __future__ import annotations

import gc
import hashlib
import struct
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import is_dataclass
from functools import lru_cache
from importlib import import_module
from itertools import accumulate, chain, islice, pairwise, repeat
from operator import attrgetter
from typing import Any, Final

from sortedcontainers import SortedList

from persistence.errors import StateError

PACKAGES: Final = ("engine", "risk", "persistence")
# What is made anew: the commands' handlers; the events of the last command, which nobody asks for again; how a replay
# began.
TRANSIENT: Final = {
    "engine.exchange.Exchange": ("_handlers",),
    "engine.events.Tape": ("events",),
    "persistence.recovery.Recovered": ("start",),
}
ANEW: Final[dict[str, Callable[[], object]]] = {"events": list}
CONTAINERS: Final[dict[str, type]] = {"list": list, "dict": dict, "deque": deque, "sorted": SortedList, "array": array}
CONTAINER_NAMES: Final = {kind: name for name, kind in CONTAINERS.items()}
NONE, INT, BYTES, TEXT, TUPLE, REFERENCE = range(6)
TAGS: Final[dict[type, int]] = {type(None): NONE, bool: INT, int: INT, bytes: BYTES, str: TEXT, tuple: TUPLE}
SCALARS: Final = frozenset((type(None), bool, int, bytes, str))
COUNT: Final = struct.Struct("<Q")
INTS: Final = ((1, "b"), (2, "h"), (4, "i"), (8, "q"))

Roots = Sequence[object]


def capture(roots: Roots) -> bytes:
    """The state of all that can be reached from `roots`."""
    census = Census(roots)
    writer = ColumnWriter(census)
    writer.count(len(census.kinds))
    for kind in census.kinds:
        writer.text(name_of(kind))
        writer.text(" ".join(census.fields[kind]))
        writer.count(len(census.found[kind]))
    for kind in census.kinds:
        objects = census.found[kind]
        if kind in CONTAINER_NAMES:
            _put_container(writer, kind, objects)
        else:
            for name in census.fields[kind]:
                writer.column(list(map(attrgetter(name), objects)))
    return b"".join(writer.pieces)


def restore(data: bytes, roots: Roots) -> None:
    """Bring `roots`, fresh objects of the same classes as those captured, to the captured state.

    StateError, before anything is changed, if the classes of today have other fields than those of then.
    """
    reader = ColumnReader(data)
    kinds = []
    for _ in range(reader.count()):
        kind = _class(reader.text())
        names = tuple(reader.text().split())
        kinds.append((kind, names, reader.count()))
        _check_fields(kind, names, roots)
    was_enabled = gc.isenabled()
    gc.disable()  # or it would look through all that is made, again and again
    try:
        objects = _make(kinds, roots)
        reader.made = objects
        _fill(reader, kinds, objects)
    finally:
        if was_enabled:
            gc.enable()


def state_hash(roots: Roots) -> str:
    """The SHA-256 of the state, in hexadecimal: the same wherever the same has happened."""
    return hashlib.sha256(capture(roots)).hexdigest()


# -- classes and fields -----------------------------------------------------------------------------------------------


def name_of(kind: type) -> str:
    """How a class is called in a snapshot."""
    return CONTAINER_NAMES.get(kind) or f"{kind.__module__}.{kind.__qualname__}"


def fields_of(item: object) -> tuple[str, ...]:
    """What makes up an object of ours; StateError for an object of another kind."""
    kind = type(item)
    if kind in CONTAINER_NAMES:
        return ()
    name = name_of(kind)
    if kind.__module__.partition(".")[0] not in PACKAGES or callable(item):
        raise StateError(f"{name} is no part of a state that can be written: {item!r:.100}")
    names = getattr(kind, "__slots__", None)
    left_out = TRANSIENT.get(name, ())
    return tuple(field for field in (vars(item) if names is None else names) if field not in left_out)


@lru_cache(maxsize=1_000)
def _class(name: str) -> type:
    if name in CONTAINERS:
        return CONTAINERS[name]
    module, _, qualname = name.rpartition(".")
    if module.partition(".")[0] not in PACKAGES:
        raise StateError(f"{name} is not of this program")
    try:
        found = getattr(import_module(module), qualname)
    except (ImportError, AttributeError):
        raise StateError(f"{name} is not known to this version") from None
    assert isinstance(found, type)
    return found


def _check_fields(kind: type, names: tuple[str, ...], roots: Roots) -> None:
    """A class without slots tells its fields by a fresh object only, which a root is; of others it is believed."""
    if kind in CONTAINER_NAMES:
        return
    known = getattr(kind, "__slots__", None)
    sample = next((root for root in roots if type(root) is kind), None)
    if known is None and sample is None:
        return
    left_out = TRANSIENT.get(name_of(kind), ())
    today = {name for name in (vars(sample) if known is None else known) if name not in left_out}
    if today != set(names):
        changed = ", ".join(sorted(today ^ set(names)))
        raise StateError(f"{name_of(kind)} has other fields in this version: {changed}")


class Census:
    """Every object that can be reached from the roots, by class, in an order that depends on the state alone."""

    def __init__(self, roots: Roots) -> None:
        self.kinds: list[type] = []
        self.fields: dict[type, tuple[str, ...]] = {}
        self.found: dict[type, list[Any]] = {}
        self.place: dict[int, int] = {}  # by id: which of its class
        self._new: dict[type, list[Any]] = {}
        self._meet(roots)
        while self._new:
            new, self._new = self._new, {}
            for kind, objects in new.items():
                for values in self._contents(kind, objects):
                    self._look(values)

    def _contents(self, kind: type, objects: list[Any]) -> Iterator[Iterable[object]]:
        if kind is dict:
            yield list(chain.from_iterable(objects))
            yield [value for item in objects for value in item.values()]
        elif kind in CONTAINER_NAMES:
            if kind is not array:
                yield list(chain.from_iterable(objects))
        else:
            for name in self.fields[kind]:
                yield map(attrgetter(name), objects)

    def _look(self, values: Iterable[object]) -> None:
        values = list(values)
        kinds = set(map(type, values))
        if kinds <= SCALARS:
            return
        if tuple in kinds:
            for value in values:
                if type(value) is tuple:
                    self._look(value)
        self._meet(value for value in values if type(value) not in TAGS)

    def _meet(self, objects: Iterable[Any]) -> None:
        place = self.place
        for item in objects:
            if id(item) in place:
                continue
            kind = type(item)
            known = self.found.get(kind)
            if known is None:
                self.fields[kind] = fields_of(item)
                self.kinds.append(kind)
                known = self.found[kind] = []
            place[id(item)] = len(known)
            known.append(item)
            self._new.setdefault(kind, []).append(item)


# -- columns ----------------------------------------------------------------------------------------------------------


class ColumnWriter:
    """Collects the bytes of columns in `pieces`."""

    def __init__(self, census: Census) -> None:
        self.pieces: list[bytes] = []
        self._place = census.place
        self._kinds = {kind: number for number, kind in enumerate(census.kinds)}

    def count(self, value: int) -> None:
        """A number from 0 to 2**64 - 1."""
        self.pieces.append(COUNT.pack(value))

    def text(self, value: str) -> None:
        """A text after its length."""
        self.blob(value.encode())

    def blob(self, value: bytes) -> None:
        """Bytes after their length."""
        self.count(len(value))
        self.pieces.append(value)

    def ints(self, values: list[int]) -> None:
        """64-bit numbers in as few bytes each as all of them need; none where all are the same."""
        low, high = (min(values), max(values)) if values else (0, 0)
        if low == high:
            self.pieces.append(struct.pack("<Bq", 0, low))
            return
        size, code = next(
            (size, code) for size, code in INTS if -(1 << size * 8 - 1) <= low and high < 1 << size * 8 - 1
        )
        self.pieces.append(struct.pack("<B", size))
        self.pieces.append(array(code, values).tobytes())

    def column(self, values: list[Any]) -> None:
        """Values of any kind: the kind of each, then those of each kind."""
        tags = sorted({TAGS.get(kind, REFERENCE) for kind in set(map(type, values))})
        self.count(len(values))
        if len(tags) < 2:
            self.ints(tags)
            for tag in tags:
                self._put(tag, values)
            return
        self.ints([TAGS.get(type(value), REFERENCE) for value in values])
        for tag in tags:
            self._put(tag, [value for value in values if TAGS.get(type(value), REFERENCE) == tag])

    def _put(self, tag: int, values: list[Any]) -> None:
        if tag == INT:
            self.ints(values)
        elif tag in (BYTES, TEXT):
            values = values if tag == BYTES else [value.encode() for value in values]
            self.ints(list(map(len, values)))
            self.blob(b"".join(values))
        elif tag == TUPLE:
            self.ints(list(map(len, values)))
            self.column(list(chain.from_iterable(values)))
        elif tag == REFERENCE:
            kinds = self._kinds
            self.ints([kinds[type(value)] for value in values])
            place = self._place
            self.ints([place[id(value)] for value in values])


class ColumnReader:
    """Takes what a ColumnWriter put; `made` has the objects that references mean, by class."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self.made: list[list[Any]] = []

    def count(self) -> int:
        """A number from 0 to 2**64 - 1."""
        self._at += COUNT.size
        return int(COUNT.unpack_from(self._data, self._at - COUNT.size)[0])

    def text(self) -> str:
        """A text."""
        return self.blob().decode()

    def blob(self) -> bytes:
        """Bytes."""
        count = self.count()
        self._at += count
        return self._data[self._at - count : self._at]

    def ints(self, count: int) -> Sequence[int]:
        """So many numbers."""
        size = self._data[self._at]
        self._at += 1
        if size == 0:
            self._at += 8
            return [struct.unpack_from("<q", self._data, self._at - 8)[0]] * count
        values = array(dict(INTS)[size])
        self._at += size * count
        values.frombytes(self._data[self._at - size * count : self._at])
        return values

    def column(self) -> Sequence[Any]:
        """The values of a column."""
        count = self.count()
        if self._data[self._at] == 0:  # all of one kind
            tag = self.ints(1)[0]
            return self._take(tag, count) if count else []
        tags = self.ints(count)
        parts = {tag: iter(self._take(tag, tags.count(tag))) for tag in sorted(set(tags))}
        return [next(parts[tag]) for tag in tags]

    def _take(self, tag: int, count: int) -> Sequence[Any]:
        if tag == NONE:
            return [None] * count
        if tag == INT:
            return self.ints(count)
        if tag in (BYTES, TEXT):
            lengths = self.ints(count)
            whole = self.blob()
            values = [whole[begin:end] for begin, end in pairwise(chain((0,), accumulate(lengths)))]
            return values if tag == BYTES else [value.decode() for value in values]
        if tag == TUPLE:
            lengths = self.ints(count)
            parts = iter(self.column())
            return [tuple(islice(parts, length)) for length in lengths]
        kinds = self.ints(count)
        places = self.ints(count)
        if count and len(set(kinds)) == 1:
            return list(map(self.made[kinds[0]].__getitem__, places))
        return [self.made[kind][place] for kind, place in zip(kinds, places, strict=True)]


def _put_container(writer: ColumnWriter, kind: type, objects: list[Any]) -> None:
    if kind is array:
        for item in objects:
            writer.text(item.typecode)
            writer.blob(item.tobytes())
        return
    writer.ints(list(map(len, objects)))
    writer.column(list(chain.from_iterable(objects)))
    if kind is dict:
        writer.column([value for item in objects for value in item.values()])


# -- and back ---------------------------------------------------------------------------------------------------------


def _make(kinds: list[tuple[type, tuple[str, ...], int]], roots: Roots) -> list[list[Any]]:
    """As many empty objects of each class as there were; the roots are the first of theirs."""
    made: list[list[Any]] = []
    for kind, _, count in kinds:
        given = [root for root in roots if type(root) is kind]
        if kind is array:
            fresh: list[Any] = [array("q") for _ in range(count)]
        elif kind in CONTAINER_NAMES:
            fresh = [kind() for _ in range(count)]
        else:
            create: Any = kind.__new__
            fresh = given + [create(kind) for _ in range(count - len(given))]
        for name in TRANSIENT.get(name_of(kind), ()):
            for item in fresh if name in ANEW else ():
                setattr(item, name, ANEW[name]())
        made.append(fresh)
    return made


def _fill(reader: ColumnReader, kinds: list[tuple[type, tuple[str, ...], int]], made: list[list[Any]]) -> None:
    """Give every object what it had; sorted lists last, for they compare what they hold."""
    sorted_contents: list[tuple[list[Any], list[list[Any]]]] = []
    for (kind, names, _), objects in zip(kinds, made, strict=True):
        if kind is SortedList:
            sorted_contents.append((objects, _contents(reader, objects)))
        elif kind in CONTAINER_NAMES:
            _fill_containers(reader, kind, objects)
        else:
            put = object.__setattr__ if is_dataclass(kind) else setattr
            for name in names:
                deque(map(put, objects, repeat(name), reader.column()), 0)
    for objects, contents in sorted_contents:
        for item, values in zip(objects, contents, strict=True):
            item.update(values)


def _contents(reader: ColumnReader, objects: list[Any]) -> list[list[Any]]:
    lengths = reader.ints(len(objects))
    values = iter(reader.column())
    return [list(islice(values, length)) for length in lengths]


def _fill_containers(reader: ColumnReader, kind: type, objects: list[Any]) -> None:
    if kind is array:
        for at in range(len(objects)):
            code = reader.text()
            assert code == objects[at].typecode, "arrays of a state hold 64-bit numbers"
            objects[at].frombytes(reader.blob())
        return
    contents = _contents(reader, objects)
    if kind is dict:
        values = iter(reader.column())
        for item, keys in zip(objects, contents, strict=True):
            item.update(zip(keys, values, strict=False))  # as many as there are keys
    else:
        for item, found in zip(objects, contents, strict=True):
            item.extend(found)
