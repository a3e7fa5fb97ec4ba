cimport cython
from engine.commands cimport CancelOrder, EnterOrder, ReplaceOrder
from engine.events cimport OrderEvent
from persistence.unpacking cimport Reader, take_command, take_event

cdef int CANCEL_ORDER, COMMAND, ENTER_ORDER, EVENT, INBOUND, MESSAGE_HEAD, NUMBERS, ORDER_EVENT, OUTBOUND
cdef int REPLACE_ORDER, RESENT, SESSION
cdef list CHARS
cdef bytes MSG_TYPE

cdef class Batch:
    cdef readonly long long position, record, command, event, time_ns
    cdef readonly list messages, commands, events, changes
    cdef readonly dict instruments, sessions, numbers
    @cython.locals(
        body=bytes, r=Reader, record="long long", length=Py_ssize_t, kind=cython.int, code=cython.int, flags=cython.int,
        end=Py_ssize_t
    )
    cpdef void add(self, object frame)
    @cython.locals(session="unsigned int", number="long long", time_ns="long long", raw=bytes, outbound=cython.bint)
    cdef void _message(self, Reader r, long long record, int kind, int flags, Py_ssize_t length)
    @cython.locals(session="unsigned int", next_in="long long", next_out="long long", time_ns="long long", text=bytes)
    cdef void _change(self, Reader r, long long record, int change)
    cdef void _command(self, int code, object command)
    cdef void _event(self, int code, object event)

cpdef object string(bytes value)
@cython.locals(start=Py_ssize_t, end=Py_ssize_t)
cpdef object msg_type(bytes raw)
cdef tuple enter_order_row(long long number, EnterOrder command)
cdef tuple replace_order_row(long long number, ReplaceOrder command)
cdef tuple cancel_order_row(long long number, CancelOrder command)
@cython.locals(order_id="long long", traded=cython.bint)
cdef tuple order_event_row(OrderEvent event)
