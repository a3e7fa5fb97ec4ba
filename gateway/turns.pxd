cimport cython

cdef class Company:
    cdef object _last
    cdef public long long until_ns
    cpdef bint meet(self, object speaker, long long now_ns) except -1

cdef class Turns:
    cdef list _line, _suspects
    cdef Company _all, _others
    cdef Py_ssize_t _left
    cdef public bint lone
    cpdef Py_ssize_t allowance(self, object speaker, long long now_ns) except -1
    cpdef void spend(self, Py_ssize_t work_bytes)
    cpdef void put(self, object speaker, bint suspect, long long now_ns) except *
    @cython.locals(alone=cython.bint, left=Py_ssize_t, share=Py_ssize_t)
    cpdef void go_on(self, long long now_ns) except *
    @cython.locals(left=Py_ssize_t)
    cpdef void hear_suspects(self, long long now_ns) except *
