cimport cython
from engine.commands cimport CancelOrder, EnterOrder, ReplaceOrder
from engine.instrument cimport Instrument
from fix.message cimport Message

cdef int DAY, LIMIT, MARKET, IDENTIFIER_BYTES_MAX, UNKNOWN_INSTRUCTION, NOT_AN_ORDER_ID
cdef int BAD_IDENTIFIER, NO_REASON, PRICE_MISSING, PRICE_NOT_ALLOWED, PRICE_NOT_POSITIVE, PRICE_OFF_TICK, PRICE_TOO_LARGE
cdef int QUANTITY_MISSING, QUANTITY_NOT_POSITIVE, QUANTITY_OFF_LOT, QUANTITY_TOO_LARGE
cdef long long ABSENT, INEXACT, OUT_OF_RANGE

cdef class Orders:
    cdef public dict instruments
    @cython.locals(msg_type=bytes)
    cpdef object translate(self, Message message, int session, long long now_ns)
    @cython.locals(command=EnterOrder, instrument=Instrument, quantity=cython.longlong, price=cython.longlong)
    cdef EnterOrder _enter(self, Message message, int session, long long now_ns)
    @cython.locals(command=ReplaceOrder, entered=EnterOrder)
    cdef ReplaceOrder _replace(self, Message message, int session, long long now_ns)
    @cython.locals(command=CancelOrder)
    cdef CancelOrder _cancel(self, Message message, int session, long long now_ns)
    cdef int _identifier_defect(self, Message message)
    @cython.locals(instrument=Instrument)
    cdef int _instrument(self, bytes symbol)
    cdef long long _order_id(self, Message message) except *
    @cython.locals(units=cython.longlong)
    cdef long long _quantity(self, Message message, Instrument instrument)
    @cython.locals(units=cython.longlong)
    cdef long long _price(self, Message message, Instrument instrument, int ord_type)
    cdef int _defect(self, long long units, int absent, int inexact, int out_of_range)
    @cython.locals(bits=cython.int)
    cdef int _exec_inst(self, Message message) except -1
