cimport cython
from engine.instrument cimport Instrument
from engine.order cimport Fills, Order, Origin, Terms, limit_ticks

cdef int CANCELED, ENTERED, EXPIRE, EXPIRED, FILLED, NEW, PARTIALLY_FILLED, REJECT, REJECTED, RESTATE, STOP, STOP_LIMIT, TRADE
cdef long long NS_PER_MS

cdef class OrderEvent:
    cdef public long long sequence, command, time_ns, order_id, price_ticks, quantity_lots, cum_lots, leaves_lots
    cdef public long long displayed_lots
    cdef public Terms terms
    cdef public long long notional, last_lots, last_ticks, match, risk_ticks, released_lots, released_ticks, value, limit
    cdef public int session, firm, instrument, limits_version, reports_total
    cdef public unsigned char kind, reason, side, ord_type, time_in_force, exec_inst, status
    cdef public bint aggressor, last_report
    cdef public bytes symbol, cl_ord_id, orig_cl_ord_id, account, request_id

cdef class Tape:
    cdef public long long command, event, match, time_ns
    cdef public Py_ssize_t observed
    cdef public list events
    cpdef int start(self, long long time_ns) except -1
    cpdef tuple stamp(self)
    @cython.locals(event=OrderEvent, terms=Terms, origin=Origin, instrument=Instrument, fills=Fills)
    cpdef OrderEvent order(self, Order order, int kind, int reason)
    cdef long long _displayed_lots(self, Order order, Terms terms)
    @cython.locals(event=OrderEvent)
    cpdef int restated(self, Order order, int reason, long long released_lots, long long released_ticks) except -1
    @cython.locals(time_ms=cython.longlong)
    cpdef void accept(self, Order order) noexcept
    cpdef int entered(self, Order order) except -1
    @cython.locals(event=OrderEvent)
    cpdef int rejected(self, Order order, int reason, long long value=*, long long limit=*, int limits_version=*) except -1
    @cython.locals(event=OrderEvent, fills=Fills)
    cpdef int executed(self, Order order, long long lots, long long ticks, bint aggressor) except -1
    @cython.locals(event=OrderEvent, lots=cython.longlong)
    cpdef OrderEvent ended(self, Order order, int kind, int reason)
