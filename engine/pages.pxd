cdef extern from *:
    """
    #ifdef __linux__
    #include <stdint.h>
    #include <sys/mman.h>
    #include <unistd.h>

    static const size_t ARENA = 1 << 20, HUGE_PAGE = 2 << 20;
    static PyObjectArenaAllocator before;   /* Python's own, whose arenas come back here, too */
    static char *low, *high, *fresh;        /* our range, and what of it was never taken */
    static void *spare;                     /* an arena given back; in it stands the next */

    static void *take_arena(void *context, size_t size) {
        void *arena = spare;
        if (size != ARENA || (arena == NULL && fresh == high))  /* Python's stack is taken here, too, in smaller pieces */
            return before.alloc(before.ctx, size);
        if (arena != NULL)
            spare = *(void **)arena;
        else {
            arena = fresh;
            fresh += ARENA;
        }
        return arena;
    }

    static void give_arena(void *context, void *arena, size_t size) {
        if ((char *)arena < low || (char *)arena >= high)
            before.free(before.ctx, arena, size);
        else {
            *(void **)arena = spare;
            spare = arena;
        }
    }

    static int take_arenas_from_huge_pages(void) {
        PyObjectArenaAllocator ours = {NULL, take_arena, give_arena};
        size_t size = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
        void *range;
        if (low != NULL)
            return 1;
        range = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (range == MAP_FAILED)
            return 0;
        madvise(range, size, MADV_HUGEPAGE);  /* where there are none it changes nothing */
        low = fresh = (char *)(((uintptr_t)range + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
        high = (char *)(((uintptr_t)range + size) & ~(HUGE_PAGE - 1));
        PyObject_GetArenaAllocator(&before);
        PyObject_SetArenaAllocator(&ours);
        return 1;
    }
    #else
    static int take_arenas_from_huge_pages(void) { return 0; }
    #endif
    """
    int take_arenas_from_huge_pages()
