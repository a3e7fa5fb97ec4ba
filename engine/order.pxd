cimport cython
from engine.instrument cimport Instrument

cdef int FILLED, LIMIT, NEW, PARTIALLY_FILLED, STOP, STOP_LIMIT

cdef class Level

cdef class Terms:
    cdef public long long stop_ticks, display_lots, min_lots, expire_ns, hidden_lots
    cpdef Terms copy(self)

cdef class Origin:
    cdef public Instrument instrument
    cdef public bytes account, self_match
    cdef public int session, firm, self_trade

cdef class Fills:
    cdef public long long lots, notional

# The links first: a neighbour that comes or goes then touches one line of the cache.
cdef class Order:
    cdef public Order prev, next
    cdef public Level level
    cdef public long long leaves_lots, quantity_lots, risk_ticks, order_id
    cdef public Origin origin
    cdef public bytes cl_ord_id
    cdef public Terms terms
    cdef public Fills fills
    cdef public unsigned char side, ord_type, time_in_force, exec_inst, status, version_high
    cdef public unsigned short version_low

cpdef bint is_own(Order order, Origin origin) except -1
cpdef long long limit_ticks(Order order) noexcept
cpdef long long filled_lots(Order order) noexcept
cpdef int filled_status(Order order) noexcept
@cython.locals(terms=Terms)
cpdef long long displayed_lots(Order order) noexcept
@cython.locals(order=Order)
cpdef Order new_order(
    Origin origin,
    bytes cl_ord_id,
    unsigned char side,
    unsigned char ord_type,
    unsigned char time_in_force,
    unsigned char exec_inst,
    long long quantity_lots,
    long long price_ticks,
    Terms terms,
)

cdef class Level:
    cdef public long long key, price_ticks, quantity_lots, hidden_lots
    cdef public long count
    cdef public Order head, tail
    @cython.locals(tail=Order)
    cpdef void append(self, Order order) noexcept
    @cython.locals(before=Order, after=Order)
    cpdef void remove(self, Order order) noexcept

@cython.locals(level=Level)
cpdef Level new_level()
