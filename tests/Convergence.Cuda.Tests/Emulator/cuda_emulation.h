// CUDA's words for kernels that are compiled as C++. Included before every .cu file, which then compiles unchanged: a thread of a block
// is a fiber, shared memory is thread-local to the system thread that runs the block, and waiting is switching fibers.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "scheduler.h"

#define __device__
#define __forceinline__ inline __attribute__((always_inline))
#define __shared__ static thread_local
#define __align__(count) __attribute__((aligned(count)))

// Each kernel announces itself under its file's name, with the size of its parameter.
#define KERNEL(name, Args)                                                                                        \
    static void name##_body(const Args& args);                                                                    \
    static void name##_thunk(const void* parameters) { name##_body(*static_cast<const Args*>(parameters)); }       \
    static const cuda_emulation::KernelRegistration name##_registration(                                          \
        CUDA_EMULATION_MODULE, #name, name##_thunk, sizeof(Args));                                                \
    static void name##_body(const Args& args)

#define KERNEL_BY_TWO(name, Args) KERNEL(name, Args)

#define DYNAMIC_SHARED(type, name) type* const name = static_cast<type*>(cuda_emulation::dynamic_shared())

#define threadIdx (cuda_emulation::current->index)
#define blockIdx (cuda_emulation::current->block->index)
#define blockDim (cuda_emulation::current->block->launch->block)
#define gridDim (cuda_emulation::current->block->launch->grid)

struct alignas(8) float2 { float x, y; };
struct alignas(16) float4 { float x, y, z, w; };
struct alignas(16) double2 { double x, y; };
struct alignas(8) int2 { int x, y; };
struct alignas(16) int4 { int x, y, z, w; };
struct alignas(8) uint2 { unsigned x, y; };
struct alignas(16) uint4 { unsigned x, y, z, w; };

inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline double2 make_double2(double x, double y) { return {x, y}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

template <class T> inline T min(T a, T b) { return b < a ? b : a; }
template <class T> inline T max(T a, T b) { return a < b ? b : a; }
inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
using std::isinf;
using std::isnan;

inline void __syncthreads() { cuda_emulation::wait_for_block(*cuda_emulation::current); }
inline void __syncwarp(unsigned mask = 0xffffffffu) { cuda_emulation::exchange<unsigned>(mask, 0u, cuda_emulation::lane()); }

template <class T> inline T __shfl_sync(unsigned mask, T value, int lane) { return cuda_emulation::exchange(mask, value, lane & 31); }
template <class T> inline T __shfl_xor_sync(unsigned mask, T value, int bits)
{
    return cuda_emulation::exchange(mask, value, cuda_emulation::lane() ^ bits);
}
template <class T> inline T __shfl_down_sync(unsigned mask, T value, unsigned distance)
{
    const int source = cuda_emulation::lane() + static_cast<int>(distance);
    return cuda_emulation::exchange(mask, value, source < 32 ? source : cuda_emulation::lane());
}
template <class T> inline T __shfl_up_sync(unsigned mask, T value, unsigned distance)
{
    const int source = cuda_emulation::lane() - static_cast<int>(distance);
    return cuda_emulation::exchange(mask, value, source >= 0 ? source : cuda_emulation::lane());
}
inline unsigned __ballot_sync(unsigned mask, int predicate) { return cuda_emulation::ballot(mask, predicate != 0); }
inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
inline int __all_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) == mask; }

inline int __popc(unsigned bits) { return __builtin_popcount(bits); }
inline int __popcll(unsigned long long bits) { return __builtin_popcountll(bits); }
inline int __clz(int bits) { return bits == 0 ? 32 : __builtin_clz(static_cast<unsigned>(bits)); }
inline int __clzll(long long bits) { return bits == 0 ? 64 : __builtin_clzll(static_cast<unsigned long long>(bits)); }
inline int __ffs(int bits) { return __builtin_ffs(bits); }
inline unsigned __umulhi(unsigned a, unsigned b) { return static_cast<unsigned>((static_cast<unsigned long long>(a) * b) >> 32); }
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b)
{
    return static_cast<unsigned long long>((static_cast<unsigned __int128>(a) * b) >> 64);
}

template <class To, class From> inline To cuda_emulation_bits(From value)
{
    static_assert(sizeof(To) == sizeof(From), "a change of type, not of size");
    To result;
    std::memcpy(&result, &value, sizeof(To));
    return result;
}
inline unsigned __float_as_uint(float value) { return cuda_emulation_bits<unsigned>(value); }
inline int __float_as_int(float value) { return cuda_emulation_bits<int>(value); }
inline float __uint_as_float(unsigned bits) { return cuda_emulation_bits<float>(bits); }
inline float __int_as_float(int bits) { return cuda_emulation_bits<float>(bits); }
inline long long __double_as_longlong(double value) { return cuda_emulation_bits<long long>(value); }
inline double __longlong_as_double(long long bits) { return cuda_emulation_bits<double>(bits); }

// Blocks run on several system threads, so atomics are real ones.
inline int atomicAdd(int* target, int value) { return __atomic_fetch_add(target, value, __ATOMIC_RELAXED); }
inline unsigned atomicAdd(unsigned* target, unsigned value) { return __atomic_fetch_add(target, value, __ATOMIC_RELAXED); }
inline unsigned long long atomicAdd(unsigned long long* target, unsigned long long value)
{
    return __atomic_fetch_add(target, value, __ATOMIC_RELAXED);
}
template <class T, class Combine> inline T cuda_emulation_atomic(T* target, Combine combine)
{
    T old;
    __atomic_load(target, &old, __ATOMIC_RELAXED);
    T wanted = combine(old);
    while (!__atomic_compare_exchange(target, &old, &wanted, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    {
        wanted = combine(old);
    }

    return old;
}
inline float atomicAdd(float* target, float value) { return cuda_emulation_atomic(target, [=](float old) { return old + value; }); }
inline double atomicAdd(double* target, double value) { return cuda_emulation_atomic(target, [=](double old) { return old + value; }); }
template <class T> inline T atomicMax(T* target, T value)
{
    return cuda_emulation_atomic(target, [=](T old) { return old < value ? value : old; });
}
template <class T> inline T atomicMin(T* target, T value)
{
    return cuda_emulation_atomic(target, [=](T old) { return value < old ? value : old; });
}
template <class T> inline T atomicOr(T* target, T value) { return __atomic_fetch_or(target, value, __ATOMIC_RELAXED); }
inline void __threadfence() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
