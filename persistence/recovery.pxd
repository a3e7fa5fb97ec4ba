cimport cython
from engine.exchange cimport Exchange
from persistence.packing cimport Writer, put_command, put_event
from persistence.unpacking cimport Reader, take_command, take_event

cdef int COMMAND, EVENT, INBOUND, LOGGED_ON, OUTBOUND, RECORD_HEAD, RESENT, RESET, SESSION

cdef class Numbers:
    cdef public long long epoch, started_ns, next_in, next_out
    cdef public object positions

cdef class Player:
    cdef Exchange _exchange
    cdef object _due
    cdef Writer _writer
    cdef list _expected
    cdef dict _sessions
    cdef Py_ssize_t _seen
    cdef long long _commands, _events
    cdef readonly object recovered
    cdef public long long until_command, until_ns
    cdef public bint stopped
    @cython.locals(
        r=Reader, base=Py_ssize_t, start=Py_ssize_t, end=Py_ssize_t, length=Py_ssize_t, kind=cython.int, code=cython.int,
        flags=cython.int, body=bytes,
        number="long long", session="unsigned int", next_in="long long", next_out="long long"
    )
    cpdef void play(self, object frame)
    cdef bint _is_after(self, long long number, object command) except -1
    cdef void _execute(self, long long number, object command) except *
    @cython.locals(writer=Writer)
    cdef void _compare(self, bytes body, Py_ssize_t start, Py_ssize_t end) except *
    @cython.locals(numbers=Numbers)
    cdef Numbers _numbers(self, unsigned int session)
    @cython.locals(numbers=Numbers)
    cdef void _sent(self, unsigned int session, long long number, Py_ssize_t position)
    @cython.locals(numbers=Numbers)
    cdef void _change(self, int change, unsigned int session, long long next_in, long long next_out, long long time_ns)

@cython.locals(mine="const unsigned char*", theirs="const unsigned char*", i=Py_ssize_t, different="unsigned char")
cdef bint is_same(bytearray data, bytes recorded, Py_ssize_t start, Py_ssize_t count) except -1
