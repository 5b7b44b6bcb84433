// The words that all kernels share. They are CUDA C++ for NVRTC, without standard headers; the tests compile the same files as C++ with
// an emulation of the CUDA words included first, which defines KERNEL and the other macros its own way.
#pragma once

#ifndef KERNEL

// A kernel has one parameter, a plain struct by value, which the host mirrors field by field: KERNEL(name, Args) { ... args.x ... }.
#define KERNEL(name, Args) extern "C" __global__ void name(const Args args)

// One of 256 threads to a block, whose registers are bounded so that a multiprocessor holds two blocks. For kernels that need a few more
// by themselves and spill nothing for it.
#define KERNEL_BY_TWO(name, Args) extern "C" __global__ void __launch_bounds__(256, 2) name(const Args args)

// The block's shared memory whose size the launch gives, aligned to 16 bytes.
#define DYNAMIC_SHARED(type, name)                                     \
    extern __shared__ __align__(16) unsigned char dynamic_shared_memory[]; \
    type* const name = reinterpret_cast<type*>(dynamic_shared_memory)

#endif

#define DEVICE static __device__ __forceinline__

typedef unsigned char uint8;
typedef unsigned short uint16;
typedef unsigned int uint32;
typedef long long int64;
typedef unsigned long long uint64;

constexpr uint32 FULL_WARP = 0xffffffffu;
constexpr int WARP_SIZE = 32;

DEVICE int64 global_thread() { return static_cast<int64>(blockIdx.x) * blockDim.x + threadIdx.x; }

DEVICE int64 global_thread_count() { return static_cast<int64>(gridDim.x) * blockDim.x; }
