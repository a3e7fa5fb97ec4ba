cimport cython
from fix.message cimport Message
from fix.parser cimport Parser
from gateway.dispatcher cimport Dispatcher
from gateway.peer cimport Peer
from gateway.turns cimport Turns
from persistence.journal cimport Journal

cdef int DISCONNECT, MESSAGE, NO_REASON
cdef long long SUSPECT_NS
cdef Py_ssize_t SUSPECT_BYTES
cdef bytes LOGOUT

cdef class Connection:
    cdef public Peer peer
    cdef public str reason
    cdef public object verdict
    cdef public long long ending_ns, held_until_ns, opened_ns
    cdef public bint logged_out, paused, queued, waits
    cdef Dispatcher _dispatcher
    cdef Parser _parser
    cdef object _clock, _listener, _transport
    cdef long long _outbound_bytes_max
    cdef bytes _buffer
    cdef bint _closing, _in_line, _reads
    cdef Py_ssize_t _at
    @cython.locals(now_ns=cython.longlong)
    cpdef void data_received(self, bytes data)
    @cython.locals(is_known=cython.bint, used=Py_ssize_t)
    cpdef Py_ssize_t go_on(self, Py_ssize_t allowance, long long now_ns) except -1
    @cython.locals(
        buffer=bytes, journal=Journal, parser=Parser, begin=Py_ssize_t, position=Py_ssize_t, following=Py_ssize_t,
        journaled=Py_ssize_t, used=Py_ssize_t, suspect=cython.bint
    )
    cdef Py_ssize_t _deal(self, Py_ssize_t allowance, long long now_ns) except -1
    @cython.locals(peer=Peer)
    cdef bint _is_suspect(self, long long now_ns)
    cdef void _wait_in_line(self, bint suspect, long long now_ns) except *
    @cython.locals(reads=cython.bint)
    cdef void _settle_reading(self)
    @cython.locals(peer=Peer)
    cdef bint _receive(self, Message message, long long now_ns) except -1
    @cython.locals(peer=Peer)
    cdef void _bear(self, long long faulty_bytes, long long now_ns)
