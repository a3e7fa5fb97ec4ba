cimport cython
from engine.commands cimport CancelOrder, EnterOrder, ReplaceOrder
from engine.events cimport OrderEvent, RequestRejected, give_name
from engine.order cimport Terms

cdef int CANCEL_ORDER, CANCEL_VERSION, ENTER_IDENTIFIED, ENTER_ORDER, ORDER_EVENT, REPLACE_ORDER, REPLACE_VERSION, REQUEST_REJECTED

cdef class Reader:
    cdef public Py_ssize_t at, size
    cdef public bytes data
    @cython.locals(data="const unsigned char*", at=Py_ssize_t)
    cpdef unsigned char u8(self) noexcept
    @cython.locals(low="unsigned short", high="unsigned short")
    cpdef unsigned short u16(self) noexcept
    @cython.locals(low="unsigned int", high="unsigned int")
    cpdef unsigned int u32(self) noexcept
    @cython.locals(data="const unsigned char*", at=Py_ssize_t, value="long long")
    cpdef long long i64(self) noexcept
    cpdef bytes blob(self)
    @cython.locals(data="const unsigned char*", at=Py_ssize_t)
    cpdef bytes raw(self, Py_ssize_t count)

@cython.locals(entering=EnterOrder, canceling=CancelOrder, replacing=ReplaceOrder)
cpdef object take_command(Reader r, int code)
cpdef object take_event(Reader r, int code)
@cython.locals(terms=Terms)
cdef Terms take_terms(Reader r)
@cython.locals(command=EnterOrder)
cdef EnterOrder take_enter_order(Reader r)
@cython.locals(command=ReplaceOrder)
cdef ReplaceOrder take_replace_order(Reader r)
@cython.locals(command=CancelOrder)
cdef CancelOrder take_cancel_order(Reader r)
@cython.locals(event=OrderEvent)
cdef OrderEvent take_order_event(Reader r)
@cython.locals(event=RequestRejected)
cdef RequestRejected take_request_rejected(Reader r)
