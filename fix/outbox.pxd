cimport cython
from fix.liveness cimport Liveness
from fix.resend cimport Resend
from fix.state cimport State
from fix.writer cimport Writer, reissue

cdef int AGAIN, FILL

cdef class Outbox:
    cdef public bytes sender, target
    cdef public Writer writer
    cdef public list entries
    cdef State _state
    cdef Liveness _liveness
    cdef object _outbound
    cdef Resend _resend
    cdef bint _is_open
    cdef int _kind
    cpdef list drain(self)
    @cython.locals(batch=list, what=cython.int, number=cython.longlong, stored=object)
    cpdef void resume_resend(self, object profile, long long now_ns) except *
    @cython.locals(state=State, number=cython.longlong)
    cpdef Py_ssize_t say(self, bytes msg_type, long long now_ns, bytes routing=*) except -1
