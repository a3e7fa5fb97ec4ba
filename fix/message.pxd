cimport cython
from fix.memory cimport cut
from fix.timestamp cimport date_days, timestamp_at
from fix.values cimport is_printable, scaled

cdef int NO_REASON, NO_TAG, SLOT

cdef long long ABSENT, OUT_OF_RANGE

cdef class Message:
    cdef public object dictionary, spec
    cdef public bytes buffer, msg_type
    cdef public Py_ssize_t begin, end
    cdef public int size, generation, problem_reason, problem_tag
    cdef public long long sequence
    cdef public bint is_standard
    cdef int[::1] slots
    cdef void enter(self, int tag, Py_ssize_t start, Py_ssize_t end) noexcept
    cdef void forget(self)
    cpdef bint has(self, int tag) noexcept
    cpdef object get(self, int tag)
    @cython.locals(start=Py_ssize_t, end=Py_ssize_t)
    cpdef object identifier(self, int tag, int bytes_max)
    @cython.locals(start=Py_ssize_t, size=Py_ssize_t, i=Py_ssize_t, text=cython.p_const_uchar)
    cpdef bint equals(self, int tag, bytes value)
    @cython.locals(start=Py_ssize_t)
    cpdef int character(self, int tag) noexcept
    cpdef bint boolean(self, int tag) noexcept
    @cython.locals(value=cython.longlong)
    cpdef object integer(self, int tag)
    cpdef long long decimal(self, int tag, int scale) noexcept
    cpdef long long utc_ns(self, int tag) noexcept
    cpdef int days(self, int tag) noexcept
