cimport cython
from engine.book cimport Book
from engine.checks cimport entry_defect, identity_defect, keeps_priority, replace_defect, request_defect, version_defect
from engine.commands cimport CancelOrder, EnterOrder, ReplaceOrder
from engine.events cimport OrderEvent, RequestRejected, Tape, give_name
from engine.gate cimport Gate
from engine.instrument cimport Instrument
from engine.names cimport Names
from engine.order cimport Order, Origin, Terms, filled_lots, filled_status, has_name, name_of, new_order
from engine.participant cimport Participant

cdef int AT_THE_CLOSE, BLOCKED, CANCEL, DUPLICATE_CL_ORD_ID, FILLED, GTD, NO_REASON, POST_ONLY, POST_ONLY_PHASE, POST_ONLY_WOULD_TRADE, TOO_LATE
cdef int REPLACE, TO_CANCEL, TO_REPLACE, TRADING

cdef class Exchange:
    cdef public Gate gate
    cdef public Tape tape
    cdef public long long order_id, next_expiry_ns
    cdef public object choices, corrections, expiries, dice, pending, rules, safeguards
    cdef public bint chooses
    cdef public list books, participants
    cdef dict _handlers
    cpdef list execute(self, object command)
    cdef int _begin(self, long long time_ns) except -1
    @cython.locals(tape=Tape, events=list)
    cpdef int observe(self) except -1
    cpdef object follow_up(self)
    @cython.locals(participant=Participant, book=Book, instrument=Instrument, order=Order, first=Order, reason=cython.int, slides=cython.bint, tag=cython.ulonglong)
    cdef object _enter_order(self, EnterOrder command)
    @cython.locals(state=cython.int)
    cdef int _bring_in(self, Book book, Order order) except -1
    cdef int _await_expiry(self, Order order) except -1
    cdef bint _is_free(self, Order first) except -1
    @cython.locals(participant=Participant, order=Order, reason=cython.int, tag=cython.ulonglong)
    cdef object _cancel_order(self, CancelOrder command)
    @cython.locals(book=Book, event=OrderEvent, whose=cython.int, number=cython.int)
    cpdef object cancel(self, CancelOrder command, Order order, int reason, bint may_wait)
    @cython.locals(participant=Participant, order=Order, reason=cython.int, tag=cython.ulonglong)
    cdef object _replace_order(self, ReplaceOrder command)
    @cython.locals(participant=Participant, may_reopen=cython.bint, stop_ticks=cython.longlong, gate=Gate, book=Book, event=RequestRejected)
    cpdef object replace(self, ReplaceOrder command, Order order, int reason, bint may_wait)
    @cython.locals(whose=cython.int, number=cython.int)
    cdef RequestRejected _refuse_replace(self, ReplaceOrder command, Order order, int reason)
    @cython.locals(book=Book, released_lots=cython.longlong, done_lots=cython.longlong, released_ticks=cython.longlong, stays=cython.bint, event=OrderEvent, terms=Terms, orig_cl_ord_id=bytes)
    cdef int _replace(self, Order order, ReplaceOrder command) except -1
    @cython.locals(order=Order, finds=cython.bint)
    cpdef Order find(self, Participant participant, bytes cl_ord_id)
    @cython.locals(orders=Names)
    cpdef int claim(self, Participant participant, bytes cl_ord_id, unsigned long long tag, bytes orig_cl_ord_id) except -1
    cpdef Participant participant(self, int number)
    cpdef Book book(self, int number)
