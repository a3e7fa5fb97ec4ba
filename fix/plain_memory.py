"""The few operations on memory that compiled modules take from memory.pxd instead, for the same code as plain Python.

A compiled module turns arrays and bytes into pointers with ints() and octets(); here they stay what they are.
"""

from array import array

Octets = bytes | bytearray


def ints(numbers: "array[int]") -> "array[int]":
    """The numbers, to be indexed (compiled: a pointer to the first)."""
    return numbers


def octets(data: bytearray) -> bytearray:
    """The bytes, to be indexed and assigned (compiled: a pointer to the first)."""
    return data


def cut(data: Octets, start: int, end: int) -> bytes:
    """A copy of data[start:end]."""
    return bytes(data[start:end])


def find(data: Octets, octet: int, start: int, end: int) -> int:
    """Where the octet first stands in data[start:end]; `end` if it does not."""
    found = data.find(octet, start, end)
    return end if found < 0 else found


def octet_sum(data: Octets, start: int, end: int) -> int:
    """The sum of data[start:end]."""
    return sum(data[start:end])


def copy(into: bytearray, at: int, data: Octets, size: int) -> int:
    """Put data[:size] to into[at:]; where it ends."""
    into[at : at + size] = data[:size]
    return at + size
