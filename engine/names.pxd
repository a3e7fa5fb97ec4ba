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

cdef extern from *:
    """
    #define OUTCRY_PART 4096                    /* SLOTS_MAX */
    static unsigned long long *spare_part;      /* of slots given back; in it stands the next */
    static unsigned long long *parts_left;      /* of the arena begun last */
    static size_t parts_left_count;

    static inline unsigned long long *take_slots(size_t count) {
        PyObjectArenaAllocator arenas;
        unsigned long long *taken = spare_part;
        if (count != OUTCRY_PART) {
            taken = PyMem_Calloc(count, sizeof(*taken));
            return taken != NULL ? taken : (unsigned long long *)PyErr_NoMemory();
        }
        if (taken != NULL)
            spare_part = *(unsigned long long **)taken;
        else {
            if (parts_left_count == 0) {
                PyObject_GetArenaAllocator(&arenas);
                parts_left = arenas.alloc(arenas.ctx, 1 << 20);
                if (parts_left == NULL)
                    return (unsigned long long *)PyErr_NoMemory();
                parts_left_count = (1 << 20) / (OUTCRY_PART * sizeof(*taken));
            }
            taken = parts_left;
            parts_left += OUTCRY_PART;
            parts_left_count--;
        }
        memset(taken, 0, OUTCRY_PART * sizeof(*taken));
        return taken;
    }

    static inline void give_slots(unsigned long long *slots, size_t count) {
        if (count != OUTCRY_PART)
            PyMem_Free(slots);
        else if (slots != NULL) {
            *(unsigned long long **)slots = spare_part;
            spare_part = slots;
        }
    }
    """
    unsigned long long* take_slots(size_t count) except NULL
    void give_slots(unsigned long long* slots, size_t count) noexcept

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
cdef unsigned long long BESIDE, FIRST, HASH_MASK, IN_SLAB, LAST_BYTE, MIXER, PLACE_MASK, WORD_MASK
cdef long long NAMES_MAX
cdef Py_ssize_t HASHED_BYTES_MAX, SLOTS_MAX, SLOTS_MIN, WORD_BYTES
cdef Array FACTORS

cdef class Part:
    cdef unsigned long long* slots
    cdef public unsigned long long mask
    cdef public Py_ssize_t room
    cdef public int bits
    @cython.locals(at="unsigned long long")
    cpdef list contents(self)
    @cython.locals(slots="unsigned long long*", mask="unsigned long long", at="unsigned long long")
    cdef void settle(self, unsigned long long slot) noexcept

cdef inline void fetch(unsigned long long* slots, unsigned long long at) noexcept:
    fetch_address(slots + at)

cdef inline void fetch_neighbours(Order order) noexcept:
    fetch_address(<void*> order.prev)
    fetch_address(<void*> order.next)

cdef inline unsigned long long slot_of(unsigned long long tag, object entry, unsigned long long place) noexcept:
    cdef unsigned long long away = <unsigned long long> <PyObject*> entry - FIRST
    if FIRST != 0 and isinstance(entry, Order) and away % 128 == 0 and away // 128 < IN_SLAB:
        place = IN_SLAB | away // 128
    return tag << 32 | place

cdef inline object entry_of(unsigned long long slot, list entries):
    if slot & IN_SLAB:
        return <object> <PyObject*> (FIRST + slot % IN_SLAB * 128)
    return entries[(slot & PLACE_MASK) - 1]

cdef class Names:
    cdef public list entries, _parts
    cdef public int _bits
    @cython.locals(tag="unsigned long long", place=Py_ssize_t)
    cpdef unsigned long long expect(self, bytes name) except? 0
    @cython.locals(tag="unsigned long long", place=Py_ssize_t, slot="unsigned long long")
    cpdef Order get(self, bytes name)
    @cython.locals(place=Py_ssize_t, at=Py_ssize_t)
    cpdef bint claim(self, bytes name, Order order, unsigned long long tag) except -1
    cpdef object put(self, bytes name, Order order)
    @cython.locals(old=bytes)
    cpdef object rename(self, Order order, bytes name)
    @cython.locals(tag="unsigned long long", place=Py_ssize_t, slot="unsigned long long", at=Py_ssize_t, where=Py_ssize_t, entries=list)
    cdef object _set(self, bytes name, object entry)
    cdef int _point(self, unsigned long long tag, Py_ssize_t place, Py_ssize_t at, object entry, Py_ssize_t where) except -1
    cdef Py_ssize_t _place(self, unsigned long long tag) except -1
    @cython.locals(slots="unsigned long long*", slot="unsigned long long", mask="unsigned long long", at="unsigned long long")
    cdef Py_ssize_t _find(self, Py_ssize_t place, bytes name, unsigned long long tag) except -1
    cdef bint _is(self, unsigned long long slot, bytes name) except -1
    @cython.locals(entries=list, name=bytes, tag="unsigned long long", place=Py_ssize_t, at=Py_ssize_t, number=Py_ssize_t)
    cdef int _begin(self) except -1
    @cython.locals(
        size=Py_ssize_t, bits=cython.int, low=Part, high=Part, halves=tuple, half=Part, shift=cython.int, used=Py_ssize_t,
        slots="unsigned long long*", slot="unsigned long long", at=Py_ssize_t, count=Py_ssize_t, first=Py_ssize_t
    )
    cdef int _make_room(self, Part part, unsigned long long tag) except -1

cdef inline unsigned long long* slots_at(Names names, Py_ssize_t place) noexcept:
    return (<Part> PyList_GET_ITEM(<PyObject*> names._parts, place)).slots

cdef inline unsigned long long mask_at(Names names, Py_ssize_t place) noexcept:
    return (<Part> PyList_GET_ITEM(<PyObject*> names._parts, place)).mask

cdef inline bint has_room(Names names, Py_ssize_t place) noexcept:
    (<Part> PyList_GET_ITEM(<PyObject*> names._parts, place)).room -= 1
    return (<Part> PyList_GET_ITEM(<PyObject*> names._parts, place)).room > 0

cdef bytes name_of(object entry)
cdef Order order_of(object entry)
@cython.locals(size=Py_ssize_t, at=Py_ssize_t, last="unsigned long long", total="unsigned long long", data="const unsigned char*", factors="unsigned long long*")
cdef unsigned long long hash_of(bytes name) noexcept
