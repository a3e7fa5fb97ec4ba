cimport cython
from cpython.array cimport array as Array
from cpython.object cimport PyObject
from engine.order cimport Order, give_name, has_name
from engine.order cimport name_of as name_of_order
from libc.string cimport memcpy

cdef extern from *:
    """
    #if defined(__GNUC__)
    #define OUTCRY_FETCH(address) __builtin_prefetch(address)
    #else
    #define OUTCRY_FETCH(address) ((void) (address))
    #endif
    """
    void fetch_address "OUTCRY_FETCH"(const void* address) noexcept

cdef extern from "Python.h":
    PyObject* PyList_GET_ITEM(PyObject* items, Py_ssize_t place)
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

cdef inline void fetch(unsigned long long* slots, unsigned long long at) noexcept:
    fetch_address(slots + at)

cdef inline void fetch_neighbours(object entry) noexcept:
    if isinstance(entry, Order):
        fetch_address(<void*> (<Order> entry).prev)
        fetch_address(<void*> (<Order> entry).next)

cdef class Names:
    cdef public list entries, _parts
    cdef public int _bits
    @cython.locals(tag="unsigned long long", place=Py_ssize_t)
    cpdef unsigned long long expect(self, bytes name) except? 0
    @cython.locals(tag="unsigned long long", place=Py_ssize_t, slot="unsigned long long")
    cpdef Order get(self, bytes name)
    @cython.locals(place=Py_ssize_t, at=Py_ssize_t, slots="unsigned long long*", entries=list)
    cpdef bint claim(self, bytes name, Order order, unsigned long long tag) except -1
    cpdef object put(self, bytes name, Order order)
    @cython.locals(old=bytes)
    cpdef object rename(self, Order order, bytes name)
    @cython.locals(tag="unsigned long long", place=Py_ssize_t, slot="unsigned long long")
    cdef object _set(self, bytes name, object entry)
    cdef Py_ssize_t _place(self, unsigned long long tag) except -1
    @cython.locals(slots="unsigned long long*", slot="unsigned long long", mask="unsigned long long", at="unsigned long long")
    cdef Py_ssize_t _find(self, Py_ssize_t place, bytes name, unsigned long long tag) except -1
    cdef bint _is(self, unsigned long long slot, bytes name) except -1
    @cython.locals(entries=list, tag="unsigned long long", part=Part, at=Py_ssize_t)
    cdef int _begin(self) except -1
    @cython.locals(
        size=Py_ssize_t, bits=cython.int, low=Part, high=Part, is_split=cython.bint, slots="unsigned long long*",
        slot="unsigned long long", at=Py_ssize_t, count=Py_ssize_t, first=Py_ssize_t
    )
    cdef int _make_room(self, Part part, unsigned long long tag) except -1

cdef inline unsigned long long* slots_at(Names names, Py_ssize_t place) noexcept:
    return (<Part> PyList_GET_ITEM(<PyObject*> names._parts, place)).slots.data.as_ulonglongs

cdef inline unsigned long long mask_at(Names names, Py_ssize_t place) noexcept:
    return (<Part> PyList_GET_ITEM(<PyObject*> names._parts, place)).mask

cdef inline bint has_room(Names names, Py_ssize_t place) noexcept:
    (<Part> PyList_GET_ITEM(<PyObject*> names._parts, place)).room -= 1
    return (<Part> PyList_GET_ITEM(<PyObject*> names._parts, place)).room > 0

cdef bytes name_of(object entry)
cdef Order order_of(object entry)
@cython.locals(size=Py_ssize_t, at=Py_ssize_t, total="unsigned long long", data="const unsigned char*", factors="unsigned long long*")
cdef unsigned long long hash_of(bytes name) noexcept
