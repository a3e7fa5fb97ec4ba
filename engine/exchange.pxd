cimport cython
from engine.book cimport Book
from engine.checks cimport entry_defect, keeps_priority, replace_defect, request_defect, scope_defect
from engine.commands cimport CancelOrder, EnterOrder, ReplaceOrder
from engine.events cimport OrderEvent, Tape
from engine.instrument cimport Instrument
from engine.order cimport Order
from engine.participant cimport Participant

cdef int CANCEL, DUPLICATE_CL_ORD_ID, EXPIRE, FILLED, GTC, HALTED, NEW, NO_REASON, PARTIALLY_FILLED, REJECT, REJECTED
cdef int REPLACE, STATUS, TO_CANCEL, TO_REPLACE, TRADING

cdef class Exchange:
    cdef public object gate
    cdef public Tape tape
    cdef public long long order_id
    cdef public list books, participants
    cdef dict _handlers
    cpdef list execute(self, object command)
    @cython.locals(participant=Participant, book=Book, instrument=Instrument, order=Order, reason=cython.int, orders=dict)
    cdef void _enter_order(self, EnterOrder command) except *
    @cython.locals(order=Order)
    cpdef Order new_order(self, EnterOrder command, Participant participant, Instrument instrument)
    @cython.locals(event=OrderEvent)
    cdef void _answer_duplicate(self, Order order, Order original, int reason, bint poss_resend) except *
    @cython.locals(participant=Participant, order=Order, reason=cython.int, book=Book, event=OrderEvent)
    cdef void _cancel_order(self, CancelOrder command) except *
    @cython.locals(book=Book, released_lots=cython.longlong, released_ticks=cython.longlong, stays=cython.bint, event=OrderEvent)
    cdef void _replace(self, Order order, ReplaceOrder command) except *
    @cython.locals(order=Order)
    cpdef Order find(self, Participant participant, bytes cl_ord_id)
    cdef int _claim(self, Participant participant, bytes cl_ord_id) except -1
    cpdef Participant participant(self, int number)
    cpdef Book book(self, int number)
