cimport cython
from fix.message cimport Message
from fix.parser cimport Parser
from gateway.dispatcher cimport Dispatcher
from gateway.peer cimport Peer

cdef int DISCONNECT, MESSAGE, NO_REASON
cdef bytes LOGOUT

cdef class Connection:
    cdef public Peer peer
    cdef public str reason
    cdef public object verdict
    cdef public long long ending_ns, opened_ns
    cdef public bint logged_out, paused, waits
    cdef Dispatcher _dispatcher
    cdef Parser _parser
    cdef object _clock, _listener, _transport
    cdef long long _outbound_bytes_max
    cdef bytes _buffer
    cdef bint _closing
    @cython.locals(now_ns=cython.longlong, buffer=bytes, parser=Parser, position=Py_ssize_t, following=Py_ssize_t)
    cpdef void data_received(self, bytes data)
    @cython.locals(peer=Peer)
    cdef bint _receive(self, Message message, long long now_ns) except -1
    @cython.locals(peer=Peer)
    cdef void _bear(self, long long faulty_bytes, long long now_ns)
