cimport cython
from persistence.packing cimport Writer, put_command, put_event
from persistence.unpacking cimport Reader, take_command, take_event

cdef int COMMAND, EVENT, INBOUND, LOGGED_ON, OUTBOUND, RECORD_HEAD, RESENT, RESET, SESSION

cdef class Player:
    cdef object _exchange, _due
    cdef Writer _writer
    cdef list _expected
    cdef readonly object recovered
    cdef readonly long long last_time_ns
    @cython.locals(
        r=Reader, base=Py_ssize_t, start=Py_ssize_t, end=Py_ssize_t, length=Py_ssize_t, kind=cython.int, code=cython.int,
        flags=cython.int, body=bytes,
        number="long long", session="unsigned int", next_in="long long", next_out="long long"
    )
    cpdef void play(self, object frame)
    cdef void _execute(self, long long number, object command)
    @cython.locals(writer=Writer)
    cdef void _compare(self, bytes recorded)
    cdef void _sent(self, unsigned int session, long long number, Py_ssize_t position)
    cdef void _change(self, int change, unsigned int session, long long next_in, long long next_out, long long time_ns)
