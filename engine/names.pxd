cimport cython
from cpython.array cimport array as Array
from cpython.object cimport PyObject
from engine.order cimport Order
from libc.string cimport memcpy

cdef extern from "Python.h":
    void PyObject_GC_UnTrack(PyObject* op)

cdef inline unsigned long long* numbers(Array slots) noexcept:
    return slots.data.as_ulonglongs

cdef inline unsigned int word_at(const unsigned char* data, Py_ssize_t at) noexcept:
    cdef unsigned int word
    memcpy(&word, data + at, sizeof(word))
    return word

cdef inline void untrack(list entries) noexcept:
    PyObject_GC_UnTrack(<PyObject*> entries)

cdef int BITS_MAX, PLACE_BITS, SLOT_BITS
cdef unsigned long long HASH_MASK, MIXER, PLACE_MASK
cdef long long NAMES_MAX
cdef Py_ssize_t HASHED_BYTES_MAX, SLOTS_MAX, SLOTS_MIN, WORD_BYTES
cdef Array FACTORS

cdef class Part:
    cdef public Array slots
    cdef public unsigned long long mask
    cdef public Py_ssize_t room
    cdef public int bits
    @cython.locals(slots="unsigned long long*", mask="unsigned long long", at="unsigned long long")
    cdef void settle(self, unsigned long long slot) noexcept

cdef class Names:
    cdef public list entries, _parts
    cdef public int _bits
    @cython.locals(tag="unsigned long long", part=Part, slot="unsigned long long")
    cpdef Order get(self, bytes name)
    @cython.locals(tag="unsigned long long", part=Part, at=Py_ssize_t, slots="unsigned long long*", entries=list)
    cpdef bint claim(self, bytes name, Order order) except -1
    cpdef object put(self, bytes name, Order order)
    @cython.locals(old=bytes)
    cpdef object rename(self, Order order, bytes name)
    @cython.locals(tag="unsigned long long", part=Part, slot="unsigned long long")
    cdef object _set(self, bytes name, object entry)
    cdef Part _part(self, unsigned long long tag)
    @cython.locals(slots="unsigned long long*", slot="unsigned long long", mask="unsigned long long", at="unsigned long long")
    cdef Py_ssize_t _find(self, Part part, bytes name, unsigned long long tag) except -1
    @cython.locals(entries=list, tag="unsigned long long", part=Part, at=Py_ssize_t)
    cdef int _begin(self) except -1
    @cython.locals(
        size=Py_ssize_t, bits=cython.int, low=Part, high=Part, is_split=cython.bint, slots="unsigned long long*",
        slot="unsigned long long", at=Py_ssize_t, count=Py_ssize_t, first=Py_ssize_t
    )
    cdef int _make_room(self, Part part, unsigned long long tag) except -1

@cython.locals(order=Order)
cdef bytes name_of(object entry)
cdef Order order_of(object entry)
@cython.locals(size=Py_ssize_t, at=Py_ssize_t, total="unsigned long long", data="const unsigned char*", factors="unsigned long long*")
cdef unsigned long long hash_of(bytes name) noexcept
