cimport cython


cdef class Turns:
    cdef list _line, _suspects
    cdef object _last
    cdef long long _shared_until_ns
    cdef Py_ssize_t _left
    cpdef Py_ssize_t allowance(self, object speaker, long long now_ns) except -1
    cpdef void spend(self, Py_ssize_t work_bytes)
    cpdef void put(self, object speaker, bint suspect)
    @cython.locals(alone=cython.bint, left=Py_ssize_t, share=Py_ssize_t, used=Py_ssize_t)
    cpdef void go_on(self, long long now_ns) except *
