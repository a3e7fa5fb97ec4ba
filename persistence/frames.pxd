cimport cython

cdef class Frame:
    cdef readonly long long position, first, time_ns
    cdef readonly Py_ssize_t count
    cdef readonly bytes head, body

cdef class FrameReader:
    cdef readonly object stream
    cdef public long long position, first
    cdef bytes _salt, _chunk
    cdef unsigned int _seed
    cdef long long _chunk_position
    cpdef Frame next(self)
    cpdef object later_frame(self)
    cdef bint _is_frame(self, long long position) except -1
    @cython.locals(head=bytes, body=bytes, checksum="unsigned int", length=Py_ssize_t, count=Py_ssize_t, first="long long", time_ns="long long", position="long long")
    cdef Frame _frame(self)
    @cython.locals(at="long long")
    cdef bytes _bytes(self, long long position, Py_ssize_t count)
