cimport cython


@cython.locals(at=Py_ssize_t, msg_type=cython.int)
cdef bint is_resent(bytes message) except -1

cdef class Resend:
    cdef public bint active
    cdef long long _begin, _end, _gap, _live
    cpdef void request(self, long long begin, long long end, long long next_out)
    @cython.locals(said=list, last=cython.longlong, number=cython.longlong, message=bytes)
    cpdef list step(self, object outbound, long long next_out, long long batch)
    @cython.locals(number=cython.longlong, message=bytes)
    cdef void _again(self, object outbound, long long last, list said)
