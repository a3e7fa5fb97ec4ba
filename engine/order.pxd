cimport cython
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF, Py_INCREF
from engine.instrument cimport Instrument
from engine.packed cimport Packed, packed, unpacked

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

# Two lines of the cache, which begin where an order does (engine/slab.pxd): in the first is what finding an order, and
# a neighbour that comes or goes, must touch. Its ClOrdID is `packed`, or `name` if it cannot be.
cdef class Order:
    cdef PyObject* prev
    cdef PyObject* next
    cdef public Level level
    cdef public long long leaves_lots
    cdef Packed packed
    cdef bytes name
    cdef public Origin origin
    cdef public Terms terms
    cdef public Fills fills
    cdef public long long quantity_lots, risk_ticks, order_id
    cdef public unsigned char side, ord_type, time_in_force, exec_inst, status, version_high
    cdef public unsigned short version_low

cdef inline bytes kept_name(Order order):
    return order.name if order.packed.low == 0 else unpacked(order.packed)

cdef inline bint keeps_name(Order order, bytes name) except -1:
    cdef Packed other = packed(name)
    if other.low == 0:
        return order.packed.low == 0 and order.name == name
    return order.packed.low == other.low and order.packed.high == other.high

cdef inline int keep_name(Order order, bytes name) except -1:
    order.packed = packed(name)
    order.name = name if order.packed.low == 0 else None
    return 0

cpdef bytes name_of(Order order)
cpdef bint has_name(Order order, bytes name) except -1
cpdef int give_name(Order order, bytes name) except -1
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
    cdef public Order head
    cdef PyObject* tail
    cpdef void append(self, Order order) noexcept
    cpdef void remove(self, Order order) noexcept

# A queue holds each of its orders once, and no link holds another: so what stands before and behind is written and never
# read, for which the processor need not wait.
cdef inline void join(Order order, Level level) noexcept:
    Py_INCREF(order)
    order.prev = level.tail
    if order.prev == NULL:
        level.head = order
    else:
        (<Order> order.prev).next = <PyObject*> order
    level.tail = <PyObject*> order

cdef inline void leave(Order order, Level level) noexcept:
    if order.next == NULL:
        level.tail = order.prev
    else:
        (<Order> order.next).prev = order.prev
    if order.prev == NULL:
        level.head = order_behind(order)
    else:
        (<Order> order.prev).next = order.next
    order.prev = order.next = NULL
    Py_DECREF(order)

cdef inline Order order_behind(Order order):
    return None if order.next == NULL else <Order> order.next

cpdef Order next_of(Order order)
@cython.locals(level=Level)
cpdef Level new_level()
