# What fix/memory.py does on objects, done by address.
from libc.string cimport memcpy

cdef inline int* ints(int[::1] numbers) noexcept:
    return &numbers[0]

cdef inline unsigned char* octets(unsigned char[::1] data) noexcept:
    return &data[0]

cdef inline bytes cut(const unsigned char* data, Py_ssize_t start, Py_ssize_t end):
    return data[start:end]

cdef inline Py_ssize_t find(const unsigned char* data, int octet, Py_ssize_t start, Py_ssize_t end) noexcept:
    while start < end and data[start] != octet:
        start += 1
    return start

cdef inline int octet_sum(const unsigned char* data, Py_ssize_t start, Py_ssize_t end) noexcept:
    cdef unsigned int total = 0
    cdef Py_ssize_t i
    for i in range(start, end):
        total += data[i]
    return <int> (total & 255)

cdef inline Py_ssize_t copy(
    unsigned char* into, Py_ssize_t at, const unsigned char* data, Py_ssize_t start, Py_ssize_t size
) noexcept:
    cdef Py_ssize_t i
    if size > 8:
        memcpy(into + at, data + start, size)
    else:  # a tag, most often: the call would cost more than the copy
        for i in range(size):
            into[at + i] = data[start + i]
    return at + size

cdef inline long long put_digits(unsigned char* into, Py_ssize_t at, long long value, int digits) noexcept:
    cdef unsigned long long rest = value
    cdef unsigned int two
    at += digits
    while digits > 1:
        two = <unsigned int> (rest % 100)
        rest //= 100
        digits -= 2
        at -= 2
        into[at] = <unsigned char> (48 + two // 10)
        into[at + 1] = <unsigned char> (48 + two % 10)
    if digits > 0:
        digits -= 1
        at -= 1
        into[at] = <unsigned char> (48 + rest % 10)
        rest //= 10
    return rest
