cimport cython
from engine.instrument cimport Instrument

cdef class Level

cdef class Terms:
    cdef public long long stop_ticks, display_lots, min_lots, expire_ns, hidden_lots
    cpdef Terms copy(self)

cdef class Order:
    cdef public long long order_id, price_ticks, risk_ticks, quantity_lots, cum_lots, leaves_lots, notional
    cdef public Instrument instrument
    cdef public bytes cl_ord_id, account
    cdef public Terms terms
    cdef public Level level
    cdef public Order prev, next
    cdef public int session, firm
    cdef public unsigned char side, ord_type, time_in_force, exec_inst, self_trade, status

cdef class Level:
    cdef public long long key, price_ticks, quantity_lots, hidden_lots
    cdef public long count
    cdef public Order head, tail
    @cython.locals(tail=Order)
    cpdef void append(self, Order order)
    @cython.locals(before=Order, after=Order)
    cpdef void remove(self, Order order)
