cimport cython
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
    cdef public Order prev, next
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
    cdef public Order head, tail
    cpdef void append(self, Order order) noexcept
    cpdef void remove(self, Order order) noexcept

# An order in a queue is held by the link or level before it, and by that behind it. Who joins or leaves hands on what
# holds its neighbours: so these are written and never read, for which a processor need not wait.
cdef extern from *:
    """
    #define OUTCRY_JOIN(order, level) do {                                                                          \
        (order)->prev = (level)->tail;                                                                              \
        *((void *)(level)->tail == Py_None ? &(level)->head : &(level)->tail->next) = (order);                      \
        (level)->tail = (order);                                                                                    \
        Py_INCREF(order);                                                                                           \
        Py_INCREF(order);                                                                                           \
        Py_DECREF(Py_None);     /* that was before the order, */                                                    \
        Py_DECREF(Py_None);     /* and at the queue's end */                                                        \
    } while (0)

    #define OUTCRY_LEAVE(order, level) do {                                                                         \
        *((void *)(order)->prev == Py_None ? &(level)->head : &(order)->prev->next) = (order)->next;                \
        *((void *)(order)->next == Py_None ? &(level)->tail : &(order)->next->prev) = (order)->prev;                \
        (order)->prev = (order)->next = (void *)Py_None;                                                            \
        Py_INCREF(Py_None);                                                                                         \
        Py_INCREF(Py_None);                                                                                         \
        Py_DECREF(order);       /* who called holds it, too */                                                      \
        Py_DECREF(order);                                                                                           \
    } while (0)
    """
    void join "OUTCRY_JOIN"(Order order, Level level) noexcept
    void leave "OUTCRY_LEAVE"(Order order, Level level) noexcept

@cython.locals(level=Level)
cpdef Level new_level()
