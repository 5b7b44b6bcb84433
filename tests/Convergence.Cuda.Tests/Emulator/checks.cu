// Kernels with mistakes, by which the tests see that the emulation finds them. No part of the product.
#include "kernel.cuh"

struct CheckArgs {
    int* output;
    int salt;
};

constexpr int COUNT = 64;

// Each thread reads what another has written.
KERNEL(reverse_with_barrier, CheckArgs) {
    __shared__ int held[COUNT];
    held[threadIdx.x] = threadIdx.x + args.salt;
    __syncthreads();
    args.output[threadIdx.x] = held[COUNT - 1 - threadIdx.x];
}

KERNEL(reverse_without_barrier, CheckArgs) {
    __shared__ int held[COUNT];
    held[threadIdx.x] = threadIdx.x + args.salt;
    args.output[threadIdx.x] = held[COUNT - 1 - threadIdx.x];
}

// Half of the threads wait for all of them, the others for their warp.
KERNEL(wait_for_nobody, CheckArgs) {
    if (threadIdx.x % 2 == 0) {
        __syncthreads();
    } else {
        args.output[threadIdx.x] = __shfl_xor_sync(FULL_WARP, args.salt, 1);
    }
}

KERNEL(write_beside, CheckArgs) {
    args.output[COUNT + threadIdx.x] = args.salt;
}
