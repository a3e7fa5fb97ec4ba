cimport cython
from engine.commands cimport CancelOrder, EnterOrder, ReplaceOrder
from engine.events cimport OrderEvent, RequestRejected, name_of
from engine.order cimport Terms
from persistence.copying cimport Table

cdef int CANCEL_ORDER, ENTER_ORDER, ORDER_EVENT, PIECE_BYTES, REPLACE_ORDER, REQUEST_REJECTED

cdef Py_ssize_t start(unsigned char* data, Py_ssize_t at, Py_ssize_t count) noexcept
cdef Py_ssize_t null(unsigned char* data, Py_ssize_t at) noexcept
cdef Py_ssize_t nulls(unsigned char* data, Py_ssize_t at, int count) noexcept
cdef Py_ssize_t u32(unsigned char* data, Py_ssize_t at, unsigned int value) noexcept
cdef Py_ssize_t i64(unsigned char* data, Py_ssize_t at, long long value) noexcept
cdef Py_ssize_t i64_or_null(unsigned char* data, Py_ssize_t at, long long value) noexcept
cdef Py_ssize_t i32(unsigned char* data, Py_ssize_t at, unsigned int value) noexcept
cdef Py_ssize_t i32_or_null(unsigned char* data, Py_ssize_t at, unsigned int value) noexcept
cdef Py_ssize_t i16(unsigned char* data, Py_ssize_t at, unsigned char value) noexcept
cdef Py_ssize_t flag(unsigned char* data, Py_ssize_t at, bint value) noexcept
cdef Py_ssize_t char(unsigned char* data, Py_ssize_t at, unsigned char value) noexcept
cdef Py_ssize_t terms_or_nulls(unsigned char* data, Py_ssize_t at, Terms terms) noexcept
cdef Py_ssize_t content(unsigned char* data, Py_ssize_t at, bytes value) except -1
@cython.locals(count=Py_ssize_t, i=Py_ssize_t, source="const unsigned char*")
cdef Py_ssize_t part(unsigned char* data, Py_ssize_t at, bytes value, Py_ssize_t begin, Py_ssize_t end) except -1
cdef Py_ssize_t text(unsigned char* data, Py_ssize_t at, bytes value) except -1
@cython.locals(i=Py_ssize_t, source="const unsigned char*")
cpdef bint is_plain(bytes value) except -1
@cython.locals(symbol=bytes, detail=bytes, data="unsigned char*", at=Py_ssize_t)
cpdef void add_enter_order(Table table, long long number, long long record, long long written_ns, EnterOrder command)
@cython.locals(symbol=bytes, data="unsigned char*", at=Py_ssize_t)
cpdef void add_replace_order(Table table, long long number, long long record, long long written_ns, ReplaceOrder command)
@cython.locals(symbol=bytes, data="unsigned char*", at=Py_ssize_t)
cpdef void add_cancel_order(Table table, long long number, long long record, long long written_ns, CancelOrder command)
@cython.locals(cl_ord_id=bytes, symbol=bytes, names=Py_ssize_t, data="unsigned char*", at=Py_ssize_t)
cpdef void add_order_event(Table table, OrderEvent event)
@cython.locals(cl_ord_id=bytes, orig_cl_ord_id=bytes, symbol=bytes, data="unsigned char*", at=Py_ssize_t)
cpdef void add_request_rejected(Table table, RequestRejected event)
@cython.locals(data="unsigned char*", at=Py_ssize_t)
cpdef void add_message(
    Table table, long long record, long long time_ns, long long number, long long position, unsigned int session,
    unsigned int length, bint outbound, bint resent, bytes msg_type
)
@cython.locals(size=Py_ssize_t, begin=Py_ssize_t, end=Py_ssize_t, data="unsigned char*", at=Py_ssize_t)
cpdef void add_pieces(Table table, long long position, bytes raw)
