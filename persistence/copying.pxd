cdef class Table:
    cdef public Py_ssize_t at, count, rows, size
    cdef public bytearray data
    cdef readonly str name
    cpdef void clear(self)
    cdef readonly dict columns
    cpdef void reserve(self, Py_ssize_t variable)
