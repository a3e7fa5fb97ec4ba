cimport cython
from engine.commands cimport CancelOrder, EnterOrder, ReplaceOrder
from engine.events cimport OrderEvent
from persistence.copying cimport Table
from persistence.rows cimport (
    add_cancel_order, add_enter_order, add_message, add_order_event, add_pieces, add_replace_order, add_request_rejected,
    is_plain
)
from persistence.unpacking cimport Reader, take_command, take_event

cdef int COMMAND, EVENT, INBOUND, FRAME_HEAD, MESSAGE_HEAD, NUMBERS, OUTBOUND, RESENT, SESSION, MSG_TYPE_WITHIN
cdef bytes MSG_TYPE

cdef class Batch:
    cdef readonly long long position, record, command, event, time_ns
    cdef readonly Table messages, commands, events, changes, blocks, pieces
    cdef readonly dict instruments, sessions, numbers
    cdef Reader _reader
    cpdef void begin(self, object frame)
    @cython.locals(r=Reader, length=Py_ssize_t, kind=cython.int, code=cython.int, flags=cython.int, end=Py_ssize_t)
    cpdef bint advance(self, Py_ssize_t count)
    @cython.locals(
        session="unsigned int", number="long long", time_ns="long long", size=Py_ssize_t, position="long long",
        kind=bytes
    )
    cdef void _message(self, Reader r, long long record, bint outbound, bint resent, Py_ssize_t length)
    @cython.locals(session="unsigned int", next_in="long long", next_out="long long", time_ns="long long", words=bytes)
    cdef void _change(self, Reader r, long long record, int change)
    cdef void _command(self, int code, object command, long long record, long long written_ns)
    cdef void _event(self, int code, object event)

@cython.locals(at=Py_ssize_t, kind=bytes)
cdef bytes msg_type(bytes data, Py_ssize_t begin, Py_ssize_t end)
