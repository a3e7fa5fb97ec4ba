cdef extern from *:
    """
    #if defined(Py_GIL_DISABLED) || defined(Py_REF_DEBUG) || defined(PYPY_VERSION)
    static int place_end_to_end(PyObject *type) { return 0; }
    #else
    static const size_t SLAB = 1 << 20;     /* as large as an arena of Python's, and taken where it takes them */
    static PyTypeObject *held;
    static size_t size_bytes;
    static char *unused, *end;              /* of the slab begun last */
    static void *freed;                     /* what was given back last; in it stands what was before */

    static PyObject *take_next(PyTypeObject *type, Py_ssize_t none) {
        PyObjectArenaAllocator arenas;
        void **words = freed;
        size_t at;
        if (words != NULL)
            freed = *words;
        else {
            if ((size_t)(end - unused) < size_bytes) {
                PyObject_GetArenaAllocator(&arenas);
                unused = arenas.alloc(arenas.ctx, SLAB);
                if (unused == NULL) {
                    end = NULL;
                    return PyErr_NoMemory();
                }
                end = unused + SLAB;
            }
            words = (void **)unused;
            unused += size_bytes;
        }
        for (at = 0; at < size_bytes / sizeof(void *); at++)
            words[at] = NULL;
        Py_SET_TYPE((PyObject *)words, type);
        Py_SET_REFCNT((PyObject *)words, 1);
        return (PyObject *)words;
    }

    static void give_back(void *object) {
        *(void **)object = freed;
        freed = object;
    }

    static int place_end_to_end(PyObject *given) {
        PyTypeObject *type = (PyTypeObject *)given;
        if (held != NULL || type->tp_itemsize != 0 || type->tp_flags & (Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HEAPTYPE))
            return held == type;
        held = type;
        size_bytes = ((size_t)type->tp_basicsize + 15) & ~(size_t)15;
        type->tp_alloc = take_next;
        type->tp_free = give_back;
        return 1;
    }
    #endif
    """
    int place_end_to_end(object)
