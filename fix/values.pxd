cimport cython
from fix.timestamp cimport date_days, fraction_ns, pair_at, time_seconds, timestamp_at

cdef int BOOLEAN, DATE, DECIMAL, GROUP_COUNT, INTEGER, MONTH_YEAR, TIME, TIMESTAMP, UNSIGNED

cdef long long ABSENT, INEXACT, OUT_OF_RANGE
cdef int INTEGER_DIGITS_MAX

@cython.locals(i=Py_ssize_t, value=cython.longlong, decimals=cython.int, point=cython.bint, digits=cython.int, digit=cython.int, negative=cython.bint)
cpdef long long scaled(const unsigned char* text, Py_ssize_t start, Py_ssize_t end, int scale) noexcept
@cython.locals(i=Py_ssize_t, digits=cython.int, points=cython.int, digit=cython.int)
cpdef bint is_decimal(const unsigned char* text, Py_ssize_t start, Py_ssize_t end) noexcept
cpdef bint is_integer(const unsigned char* text, Py_ssize_t start, Py_ssize_t end) noexcept
@cython.locals(i=Py_ssize_t)
cpdef bint is_unsigned(const unsigned char* text, Py_ssize_t start, Py_ssize_t end) noexcept
cpdef bint is_timestamp(const unsigned char* text, Py_ssize_t start, Py_ssize_t end) noexcept
cpdef bint is_date(const unsigned char* text, Py_ssize_t start, Py_ssize_t end) noexcept
cpdef bint is_time(const unsigned char* text, Py_ssize_t start, Py_ssize_t end) noexcept
@cython.locals(size=Py_ssize_t, month=cython.int, day=cython.int)
cpdef bint is_month_year(const unsigned char* text, Py_ssize_t start, Py_ssize_t end) noexcept
@cython.locals(i=Py_ssize_t)
cpdef bint is_printable(const unsigned char* text, Py_ssize_t start, Py_ssize_t end) noexcept
cpdef bint is_format(int kind, const unsigned char* text, Py_ssize_t start, Py_ssize_t end) noexcept
