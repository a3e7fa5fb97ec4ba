cimport cython
from engine.instrument cimport Instrument
from engine.names cimport Names
from engine.order cimport Origin

cdef int ORIGINS_MAX

cdef class Participant:
    cdef public int number, firm, post_only_slides, self_trade
    cdef public bytes comp_id, firm_name, user
    cdef public bint blocked
    cdef public Names orders
    cdef public dict refusals
    cdef public list origins
    cdef public Origin recent
    @cython.locals(found=Origin, known=dict, key=object, is_same=cython.bint)
    cpdef Origin origin(self, Instrument instrument, bytes account, bytes self_match)
