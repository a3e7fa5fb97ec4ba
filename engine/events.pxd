cimport cython
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF, Py_INCREF, Py_REFCNT
from engine.order cimport Fills, Order, Terms, displayed_lots
from engine.packed cimport Packed, unpacked

cdef int CANCEL, CANCELED, DONE_FOR_DAY, ENTERED, EXPIRE, EXPIRED, FILLED, LIMIT, NEW, PARTIALLY_FILLED, REJECT, REJECTED, RESTATE, STOP_LIMIT, TRADE
cdef long long NS_PER_MS

cdef class OrderEvent:
    cdef public long long sequence, command, time_ns, order_id, price_ticks, quantity_lots, cum_lots, leaves_lots
    cdef public long long displayed_lots
    cdef public Terms terms
    cdef public long long notional, last_lots, last_ticks, match, risk_ticks, released_lots, released_ticks, value, limit
    cdef public int session, firm, instrument, limits_version, reports_total
    cdef public unsigned char kind, reason, side, ord_type, time_in_force, exec_inst, status
    cdef public bint aggressor, last_report
    cdef public bytes symbol, orig_cl_ord_id, account, request_id
    cdef Packed packed
    cdef bytes name

cdef inline void take_name(OrderEvent event, Order order) noexcept:
    event.packed = order.packed
    event.name = order.name

cdef inline bytes kept_name(OrderEvent event):
    if event.name is None and event.packed.low != 0:
        event.name = unpacked(event.packed)
    return event.name

cdef inline int keep_name(OrderEvent event, bytes name) except -1:
    event.name = name
    return 0

cpdef bytes name_of(OrderEvent event)
cpdef int give_name(OrderEvent event, bytes name) except -1

cdef class RequestRejected:
    cdef public long long sequence, command, time_ns, order_id, value, limit
    cdef public int session, instrument, limits_version
    cdef public unsigned char response_to, status, reason
    cdef public bytes symbol, cl_ord_id, orig_cl_ord_id

cdef class Tape:
    cdef public long long command, event, match, time_ns
    cdef public Py_ssize_t observed
    cdef public list events
    cpdef int start(self, long long time_ns) except -1
    cpdef tuple stamp(self)
    @cython.locals(event=OrderEvent, fills=Fills)
    cpdef OrderEvent order(self, Order order, int kind, int reason)
    @cython.locals(event=RequestRejected)
    cpdef RequestRejected refused(
        self, int response_to, Order order, int reason, int session, int instrument, bytes symbol, bytes cl_ord_id, bytes orig_cl_ord_id
    )
    @cython.locals(event=OrderEvent)
    cpdef int restated(self, Order order, int reason, long long released_lots, long long released_ticks) except -1
    @cython.locals(time_ms=cython.longlong)
    cpdef void accept(self, Order order) noexcept
    cpdef int entered(self, Order order) except -1
    @cython.locals(event=OrderEvent)
    cpdef int rejected(self, Order order, int reason, long long value=*, long long limit=*, int limits_version=*) except -1
    @cython.locals(event=OrderEvent, fills=Fills)
    cpdef int executed(self, Order order, long long lots, long long ticks, bint aggressor) except -1
    @cython.locals(event=OrderEvent, lots=cython.longlong)
    cpdef OrderEvent ended(self, Order order, int kind, int reason)

cdef extern from "Python.h":
    ctypedef struct PyListObject:
        Py_ssize_t allocated
    PyObject* PyList_GET_ITEM(PyObject* items, Py_ssize_t place)
    Py_ssize_t PyList_GET_SIZE(PyObject* items)
    void PyList_SET_ITEM(PyObject* items, Py_ssize_t place, PyObject* item)
    void Py_SET_SIZE(PyObject* items, Py_ssize_t size)

cdef int EVENTS_KEPT_MAX

cdef extern from *:
    """
    static PyObject *outcry_kept[64];       /* EVENTS_KEPT_MAX */
    static Py_ssize_t outcry_kept_count;
    """
    PyObject** kept "outcry_kept"
    Py_ssize_t kept_count "outcry_kept_count"

cdef inline bint emptied(Tape tape) noexcept:
    cdef PyObject* events = <PyObject*> tape.events
    cdef PyObject* event
    cdef Py_ssize_t count = PyList_GET_SIZE(events)
    if Py_REFCNT(<object> events) > 1 or count > EVENTS_KEPT_MAX:
        return False
    Py_SET_SIZE(events, 0)
    while count > 0:
        count -= 1
        event = PyList_GET_ITEM(events, count)
        if Py_REFCNT(<object> event) == 1 and type(<object> event) is OrderEvent and kept_count < EVENTS_KEPT_MAX:
            kept[kept_count] = event
            (&kept_count)[0] += 1
        else:
            Py_DECREF(<object> event)
    return True

cdef inline OrderEvent next_event():
    cdef OrderEvent event
    if kept_count == 0:
        return OrderEvent.__new__(OrderEvent)
    (&kept_count)[0] -= 1
    event = <OrderEvent> kept[kept_count]
    Py_DECREF(event)
    return event

cdef inline int add(list events, OrderEvent event) except -1:
    cdef PyObject* items = <PyObject*> events
    cdef Py_ssize_t count = PyList_GET_SIZE(items)
    if count == (<PyListObject*> items).allocated:
        events.append(event)
        return 0
    Py_INCREF(event)
    PyList_SET_ITEM(items, count, <PyObject*> event)
    Py_SET_SIZE(items, count + 1)
    return 0
