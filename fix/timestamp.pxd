cimport cython
from fix.memory cimport put_digits

cdef int FRACTION_DIGITS_MAX
cdef long long TIMESTAMP_MAX

cpdef int days_of_date(int year, int month, int day) noexcept
cpdef int month_days(int year, int month) noexcept
@cython.locals(tens=cython.int, ones=cython.int)
cpdef int pair_at(const unsigned char* text, Py_ssize_t at) noexcept
@cython.locals(century=cython.int, year=cython.int, month=cython.int, day=cython.int)
cpdef int date_days(const unsigned char* text, Py_ssize_t start) noexcept
@cython.locals(hour=cython.int, minute=cython.int, second=cython.int)
cpdef int time_seconds(const unsigned char* text, Py_ssize_t start) noexcept
@cython.locals(value=cython.longlong, unit=cython.longlong, i=Py_ssize_t, digit=cython.int)
cpdef long long fraction_ns(const unsigned char* text, Py_ssize_t start, Py_ssize_t end) noexcept
@cython.locals(days=cython.longlong, seconds=cython.longlong, fraction=cython.longlong)
cpdef long long timestamp_at(const unsigned char* text, Py_ssize_t start, Py_ssize_t end) noexcept
@cython.locals(value=cython.longlong)
cpdef object parse_timestamp(bytes text)
@cython.locals(z=cython.int, era=cython.int, doe=cython.int, yoe=cython.int, doy=cython.int, mp=cython.int, month=cython.int, year=cython.int)
cpdef int date_of_days(int days) noexcept
@cython.locals(rest=cython.longlong)
cpdef Py_ssize_t put_second(unsigned char* into, Py_ssize_t at, long long second) noexcept
@cython.locals(text=bytearray, end=Py_ssize_t)
cpdef bytes format_timestamp(long long time_ns, int digits=*)
