cimport cython
from engine.book cimport Book
from engine.commands cimport CancelOrder, EnterOrder, ReplaceOrder
from engine.events cimport OrderEvent, Tape
from engine.instrument cimport Instrument
from engine.order cimport Order

cdef int BUY, CANCEL, DAY, EXPIRE, FILLED, FOK, GTC, HALTED, IOC, LIMIT, MARKET, NEW, PARTIALLY_FILLED
cdef int REJECT, REJECTED, REPLACE, SELL, STATUS, TO_CANCEL, TO_REPLACE, TRADING
cdef long long NOTIONAL_MAX, PRICE_TICKS_MAX, QUANTITY_LOTS_MAX
cdef int DUPLICATE_CL_ORD_ID, HALTED_REPLACE, NO_REASON, NOT_TRADING, NOTIONAL_TOO_LARGE, ORDER_ID_MISMATCH
cdef int PRICE_NOT_POSITIVE, PRICE_TOO_LARGE, QUANTITY_NOT_POSITIVE, QUANTITY_TOO_LARGE, SIDE_CHANGED, SYMBOL_CHANGED
cdef int TOO_LATE, TYPE_CHANGED, UNKNOWN_ORDER, UNKNOWN_SYMBOL, UNSUPPORTED_INSTRUCTION, UNSUPPORTED_ORD_TYPE
cdef int UNSUPPORTED_SIDE, UNSUPPORTED_TIME_IN_FORCE

cdef class Participant:
    cdef public int number, firm, self_trade
    cdef public bytes comp_id
    cdef public dict orders

cdef class Exchange:
    cdef public object gate
    cdef public Tape tape
    cdef public long long order_id
    cdef public list books, participants
    cdef dict _handlers
    cpdef list execute(self, object command)
    @cython.locals(participant=Participant, book=Book, instrument=Instrument, order=Order, reason=cython.int, orders=dict)
    cdef void _enter_order(self, EnterOrder command) except *
    cdef Order _new_order(self, EnterOrder command, Participant participant, Instrument instrument)
    cdef int _entry_defect(self, EnterOrder command, Instrument instrument)
    cdef bint _time_in_force_known(self, int time_in_force)
    cdef int _bounds_defect(self, int ord_type, long long quantity_lots, long long price_ticks)
    @cython.locals(event=OrderEvent)
    cdef void _answer_duplicate(self, Order order, Order original, int reason, bint poss_resend) except *
    @cython.locals(participant=Participant, order=Order, reason=cython.int, book=Book, event=OrderEvent)
    cdef void _cancel_order(self, CancelOrder command) except *
    cdef int _replace_defect(self, ReplaceOrder command, Order order) except -1
    cdef bint _keeps_priority(self, ReplaceOrder command, Order order)
    @cython.locals(book=Book, released_lots=cython.longlong, released_ticks=cython.longlong, stays=cython.bint, event=OrderEvent)
    cdef void _replace(self, Order order, ReplaceOrder command) except *
    @cython.locals(order=Order)
    cdef Order _find(self, Participant participant, bytes cl_ord_id)
    cdef int _claim(self, Participant participant, bytes cl_ord_id) except -1
    cdef int _request_defect(self, Order order, long long order_id, int instrument, int side)
    cdef Participant _participant(self, int number)
    cdef Book _book(self, int number)
