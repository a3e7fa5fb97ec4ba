from engine.order cimport Terms

cdef class EnterOrder:
    cdef public Terms terms
    cdef public int session, instrument
    cdef public bytes cl_ord_id, account, symbol, self_match
    cdef public unsigned char side, ord_type, time_in_force, exec_inst, defect
    cdef public bint poss_resend
    cdef public long long quantity_lots, price_ticks, time_ns

cdef class ReplaceOrder:
    cdef public Terms terms
    cdef public int session, instrument
    cdef public bytes cl_ord_id, orig_cl_ord_id, symbol
    cdef public unsigned char side, ord_type, time_in_force, exec_inst, defect
    cdef public long long quantity_lots, price_ticks, order_id, orig_mod_ns, time_ns

cdef class CancelOrder:
    cdef public int session, instrument
    cdef public bytes cl_ord_id, orig_cl_ord_id, symbol
    cdef public unsigned char side, defect
    cdef public long long order_id, orig_mod_ns, time_ns
