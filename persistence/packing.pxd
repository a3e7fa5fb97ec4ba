cimport cython
from engine.commands cimport CancelOrder, EnterOrder, ReplaceOrder
from engine.events cimport OrderEvent, RequestRejected, name_of
from engine.order cimport Terms

cdef int BLOB_BYTES_MAX, CANCEL_ORDER, CANCEL_VERSION, COMMAND, ENTER_IDENTIFIED, ENTER_ORDER, EVENT, MESSAGE_HEAD, ORDER_EVENT, RECORD_HEAD
cdef int REPLACE_ORDER, REPLACE_VERSION, REQUEST_REJECTED, SESSION
cdef long long RECORD_BYTES_MAX

cdef class Writer:
    cdef public Py_ssize_t at, records, size
    cdef public bytearray data
    cpdef void reserve(self, Py_ssize_t count)

cdef Py_ssize_t u8(unsigned char* data, Py_ssize_t at, unsigned char value) noexcept
cdef Py_ssize_t u32(unsigned char* data, Py_ssize_t at, unsigned int value) noexcept
cdef Py_ssize_t i64(unsigned char* data, Py_ssize_t at, long long value) noexcept
@cython.locals(count=Py_ssize_t, i=Py_ssize_t, source="const unsigned char*")
cdef Py_ssize_t raw(unsigned char* data, Py_ssize_t at, bytes value) except -1
@cython.locals(count=Py_ssize_t)
cdef Py_ssize_t blob(unsigned char* data, Py_ssize_t at, bytes value) except -1
@cython.locals(start=Py_ssize_t, at=Py_ssize_t, data="unsigned char*")
cdef Py_ssize_t begin(Writer w, int kind, int code, int flags) except -1
@cython.locals(length="long long")
cdef void finish(Writer w, Py_ssize_t start)
@cython.locals(start=Py_ssize_t, at=Py_ssize_t, data="unsigned char*")
cpdef Py_ssize_t put_message(
    Writer w, int kind, int flags, unsigned int session, long long number, long long time_ns, bytes message
) except -1
@cython.locals(start=Py_ssize_t, at=Py_ssize_t, data="unsigned char*")
cpdef void put_session(
    Writer w, int change, unsigned int session, long long next_in, long long next_out, long long time_ns, bytes text
)
@cython.locals(start=Py_ssize_t)
cpdef void put_command(Writer w, long long number, object command)
@cython.locals(start=Py_ssize_t)
cdef Py_ssize_t begin_command(Writer w, int code, long long number) except -1
@cython.locals(start=Py_ssize_t)
cpdef void put_event(Writer w, object event)
@cython.locals(is_bytes=cython.bint)
cdef void put_fields(Writer w, object value, list plan)
cdef Py_ssize_t put_terms(unsigned char* data, Py_ssize_t at, Terms terms) noexcept
@cython.locals(data="unsigned char*", at=Py_ssize_t)
cdef void put_enter_order(Writer w, EnterOrder command)
@cython.locals(data="unsigned char*", at=Py_ssize_t)
cdef void put_replace_order(Writer w, ReplaceOrder command)
@cython.locals(data="unsigned char*", at=Py_ssize_t)
cdef void put_cancel_order(Writer w, CancelOrder command)
@cython.locals(cl_ord_id=bytes, names=Py_ssize_t, data="unsigned char*", at=Py_ssize_t)
cdef void put_order_event(Writer w, OrderEvent event)
@cython.locals(data="unsigned char*", at=Py_ssize_t)
cdef void put_request_rejected(Writer w, RequestRejected event)
