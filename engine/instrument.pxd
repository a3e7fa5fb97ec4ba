cdef int TRADING

cdef class Instrument:
    cdef public int number, price_scale, quantity_scale, state, entry_reason
    cdef public bytes symbol
    cdef public long long tick_units, lot_units, tick_value, reference_ticks
    cdef public bytes answers
