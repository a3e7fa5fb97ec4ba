cimport cython
from engine.commands cimport CancelOrder, EnterOrder, ReplaceOrder
from engine.instrument cimport Instrument
from engine.order cimport Terms
from fix.message cimport Message

cdef int DAY, LIMIT, MARKET, MARKET_TO_LIMIT, STOP, STOP_LIMIT, IMPOSSIBLE, IDENTIFIER_BYTES_MAX, UNKNOWN_INSTRUCTION, NOT_AN_ORDER_ID
cdef int BAD_IDENTIFIER, BAD_SELF_MATCH_ID, NO_REASON, PRICE_MISSING, PRICE_NOT_ALLOWED, PRICE_NOT_POSITIVE, PRICE_OFF_TICK, PRICE_TOO_LARGE
cdef int QUANTITY_MISSING, QUANTITY_NOT_POSITIVE, QUANTITY_OFF_LOT, QUANTITY_TOO_LARGE
cdef int DISPLAY_OUT_OF_RANGE, MIN_QUANTITY_OUT_OF_RANGE, STALE, STOP_PRICE_OUT_OF_RANGE
cdef long long ABSENT, DAY_S, INEXACT, NS_PER_S, OUT_OF_RANGE

cdef class Orders:
    cdef public dict instruments
    cdef public long long day_ends_s
    @cython.locals(msg_type=bytes)
    cpdef object translate(self, Message message, int session, long long now_ns, long long age_max_ns=*, bytes self_match=*)
    @cython.locals(command=EnterOrder, instrument=Instrument, quantity=cython.longlong, price=cython.longlong, terms=Terms)
    cdef EnterOrder _enter(self, Message message, int session, long long now_ns, long long age_max_ns)
    cdef EnterOrder _identified(self, Message message, EnterOrder command, bytes self_match)
    @cython.locals(command=ReplaceOrder, entered=EnterOrder)
    cdef ReplaceOrder _replace(self, Message message, int session, long long now_ns, long long age_max_ns)
    @cython.locals(command=CancelOrder)
    cdef CancelOrder _cancel(self, Message message, int session, long long now_ns)
    cdef int _identifier_defect(self, Message message)
    @cython.locals(instrument=Instrument)
    cdef int _instrument(self, bytes symbol)
    cdef long long _order_id(self, Message message) except *
    @cython.locals(units=cython.longlong)
    cdef long long _quantity(self, Message message, Instrument instrument)
    @cython.locals(units=cython.longlong, unpriced=cython.bint)
    cdef long long _price(self, Message message, Instrument instrument, int ord_type)
    cdef int _defect(self, long long units, int absent, int inexact, int out_of_range)
    cdef Terms _terms(self, Message message, Instrument instrument)
    @cython.locals(value=cython.longlong)
    cdef long long _multiple(self, Message message, int tag, int scale, long long units) except *
    cdef int _terms_defect(self, Terms terms)
    @cython.locals(days=cython.longlong)
    cdef long long _expire_ns(self, Message message) except *
    @cython.locals(bits=cython.int)
    cdef int _exec_inst(self, Message message) except -1
