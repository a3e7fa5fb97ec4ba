from fix.gap cimport Gap
from fix.liveness cimport Liveness
from fix.message cimport Message
from fix.outbox cimport Outbox
from fix.state cimport State

cdef int NO_REASON
cdef bytes BEGIN_STRING
cdef long long SECOND_NS

cdef class Session:
    cdef public bytes sender, target
    cdef public object profile
    cdef public State state
    cdef public int stage, lenience
    cdef public str farewell
    cdef frozenset _applications
    cdef object _authenticator, _checks, _term, _throttle
    cdef bint _imposed
    cdef Gap _gap
    cdef Liveness _liveness
    cdef Outbox _out
    cdef long long _latency_ns, _deadline_ns
    cpdef int receive(self, Message message, long long now_ns) except -2
    cpdef bytes take_held(self)
    cpdef Py_ssize_t send(self, bytes msg_type, long long now_ns, bytes routing=*) except -1
    cpdef list drain(self)
