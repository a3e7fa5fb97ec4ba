cdef class Limits:
    cdef public long long order_quantity_lots, order_notional, position_lots, gross_notional, net_notional
    cdef public int collar_bp
    cdef public dict versions
