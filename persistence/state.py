"""All that can be reached from some objects as bytes, and back: what a snapshot holds, and what a state's hash is of.

It names no field: of every object of ours it takes all of `__slots__` (or, without them, its attributes), of containers
what they contain. So what is added to the state is in the next snapshot, and what cannot be written is an error and not
forgotten. TRANSIENT alone is left out. Equal states give equal bytes, in either form of the program.

Values of one field of all objects of a class stand together, as a column: a million orders are some dozens of columns
(persistence.columns).
"""

from __future__ import annotations

import gc
import hashlib
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import is_dataclass
from functools import lru_cache
from importlib import import_module
from itertools import chain, islice, repeat
from operator import attrgetter
from typing import Any, Final

from sortedcontainers import SortedList

from persistence.columns import SCALARS, TAGS, ColumnReader, ColumnWriter
from persistence.errors import StateError

PACKAGES: Final = ("engine", "risk", "persistence")
# What is made anew: the commands' handlers; the events of the last command, which nobody asks for again; where names
# stand, by a hash; how a replay began.
TRANSIENT: Final = {
    "engine.exchange.Exchange": ("_handlers",),
    "engine.events.Tape": ("events",),
    "engine.names.Names": ("_parts", "_bits"),
    "persistence.recovery.Recovered": ("start",),
}
ANEW: Final[dict[str, Callable[[], object]]] = {"events": list, "_parts": list, "_bits": lambda: -1}
CONTAINERS: Final[dict[str, type]] = {"list": list, "dict": dict, "deque": deque, "sorted": SortedList, "array": array}
CONTAINER_NAMES: Final = {kind: name for name, kind in CONTAINERS.items()}

Roots = Sequence[object]


def capture(roots: Roots) -> bytes:
    """The state of all that can be reached from `roots`."""
    census = Census(roots)
    writer = ColumnWriter(census.kinds, census.place)
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
