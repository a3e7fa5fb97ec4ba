"""The few operations on memory that C does by address and Python by object, so that other modules share their code.

memory.pxd has them for compiled modules, where ints() and octets() turn arrays and bytes into pointers. A module
imports those below only where it runs uncompiled.
"""

from array import array

import cython

Octets = bytes | bytearray

if not cython.compiled:

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
        """The sum of data[start:end], modulo 256: FIX's CheckSum."""
        return sum(data[start:end]) & 255

    def copy(into: bytearray, at: int, data: Octets, start: int, size: int) -> int:
        """Put `size` bytes of data[start:] to into[at:]; where they end."""
        into[at : at + size] = data[start : start + size]
        return at + size

    def put_digits(into: bytearray, at: int, value: int, digits: int) -> int:
        """Write the last `digits` digits of a value that is not negative to into[at:]; the value of those before."""
        unit: int = 10**digits
        rest, written = divmod(value, unit)
        if digits:
            into[at : at + digits] = b"%0*d" % (digits, written)
        return rest
