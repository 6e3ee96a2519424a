/* Which sets of instructions this machine has. */
#include "simd.h"

#ifdef SL__SIMD_X86

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}

#endif

static bool always(void)
{
    return true;
}

static const struct {
    const struct sl__simd *set;
    bool (*is_here)(void);
} sets[] = {
#ifdef SL__SIMD_X86
    {&sl__simd_avx2, has_avx2},
    {&sl__simd_sse2, always},
#endif
#ifdef SL__SIMD_NEON
    {&sl__simd_neon, always},
#endif
    {&sl__simd_plain, always},
};

const struct sl__simd *sl__simd_at(size_t i)
{
    for (size_t k = 0; k < sizeof sets / sizeof *sets; k++)
        if (sets[k].is_here() && i-- == 0)
            return sets[k].set;
    return NULL;
}
