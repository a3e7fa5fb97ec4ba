cimport cython
from engine.exchange cimport Exchange
from fix.message cimport Message
from fix.orders cimport Orders
from fix.parser cimport Parser
from fix.reports cimport Reports
from fix.session cimport Session
from fix.state cimport State
from fix.writer cimport Writer
from gateway.peer cimport Peer
from gateway.turns cimport Turns
from persistence.journal cimport Journal

cdef int DELIVER, DISCONNECT, JOURNAL, RESTARTED, WIRE, MESSAGE, NUMBERS, RESET
cdef int ACTIVE, NO_REASON
cdef Py_ssize_t RESENT_BYTES_MAX, TURN_BYTES_MAX
cdef bytes LOGON

cdef class Dispatcher:
    cdef public Exchange exchange
    cdef public Orders orders
    cdef public Reports reports
    cdef public Journal journal
    cdef public Writer writer
    cdef public object board, clock, end_soon, failed, logged_on
    cdef public list peers, waiting
    cdef public Turns turns
    cdef Parser _held_parser
    cdef bint _broken, _calm, _due, _hears, _later, _open
    cdef int _patience
    cdef Peer _speaker
    cdef Py_ssize_t _early
    cdef list _touched, _resends
    cdef frozenset _plain
    cpdef void touch(self, Peer peer)
    cpdef void begin_turn(self)
    cpdef void note_end(self, Peer peer, long long now_ns)
    cdef void _begin_turn(self, bint calm)
    cdef void _come_back(self)
    cdef void _come_back_later(self)
    cpdef void wait_in_line(self, object speaker, bint suspect, long long now_ns) except *
    cpdef void end_full_turn(self)
    cpdef int receive(self, Peer peer, Message message, long long now_ns) except -2
    @cython.locals(raw=bytes, session=Session, action=cython.int, held=bytes)
    cdef int _receive(self, Peer peer, Message message, long long now_ns) except -2
    cdef void _fail(self, object error)
    @cython.locals(answer=bytes)
    cdef void _deliver(self, Peer peer, Message message, long long now_ns)
    @cython.locals(exchange=Exchange, journal=Journal, writer=Writer, count=Py_ssize_t, events=list, msg_type=bytes, peer=Peer)
    cpdef Py_ssize_t execute(self, object command, long long now_ns) except -1
    @cython.locals(copy=Peer, msg_type=bytes)
    cdef void _copy(self, object event, Peer peer, long long now_ns) except *
    cpdef void end_turn(self)
    cpdef void end_calm_turn(self)
    @cython.locals(peer=Peer, touched=list, early=Py_ssize_t, waiting=list, now_ns=cython.longlong)
    cdef bint _become_durable(self)
    @cython.locals(turns=Turns, now_ns=cython.longlong)
    cdef void _go_on(self)
    cpdef void resume_resend(self, Peer peer)
    @cython.locals(peer=Peer)
    cdef void _resend_some(self)
    @cython.locals(session=Session, wire=list, kind=cython.int, number=cython.longlong, message=bytes)
    cdef void _resend(self, Peer peer, long long now_ns)
    @cython.locals(journal=Journal, session=Session, state=State, kind=cython.int, number=cython.longlong, message=bytes, is_new=cython.bint, change=cython.int)
    cdef void _record(self, Peer peer, long long now_ns)
    cdef void _flush(self, Peer peer)
