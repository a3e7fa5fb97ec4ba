cimport cython
from engine.events cimport OrderEvent, name_of
from engine.instrument cimport Instrument
from engine.order cimport Terms
from fix.writer cimport Writer

cdef int CANCEL, REJECT, RESTATE, STATUS, TRADE, TRADE_CANCEL, TRADE_CORRECT, ADDED_LIQUIDITY, REMOVED_LIQUIDITY, UNDISCLOSED
cdef int GOOD_TILL_RENEWED, STOP_ELECTED, TRIGGERED
cdef bytes NO_ORDER_ID, NO_SYMBOL

cdef class Reports:
    cdef public list instruments
    cdef public int money_decimals
    cdef public bint is_copy
    cdef public bint triggers
    cpdef bytes write(self, object event, Writer writer)
    @cython.locals(instrument=Instrument, lot_units=cython.longlong, quantity_scale=cython.int, kind=cython.int)
    cdef void _execution_report(self, OrderEvent event, Writer w) except *
    @cython.locals(kind=cython.int, terms=Terms)
    cdef void _execution_report_from_side(self, OrderEvent event, Instrument instrument, Writer w) except *
    cdef void _terms(self, Terms terms, Instrument instrument, Writer w) except *
    @cython.locals(cum_lots=cython.longlong)
    cdef void _average(self, OrderEvent event, Instrument instrument, Writer w) except *
    cdef void _restatement(self, OrderEvent event, Writer w) except *
    cdef void _request(self, OrderEvent event, Writer w) except *
