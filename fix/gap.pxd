cdef class Gap:
    cdef public dict held
    cdef public long long released
    cdef long long _shown_by
    cdef Py_ssize_t _bytes, _limit
