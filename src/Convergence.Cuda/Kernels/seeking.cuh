// Ranks among counts, looked for by a whole block.
#pragma once
#include "merge.cuh"

// Threads of a block that looks for a rank.
constexpr int SEEKERS = 256;

// The bucket that holds a rank, counted from the last bucket down, and the rank in it. Every thread of a block gives its own bucket's
// count and gets the same answer; the block's counts are at least the rank.
DEVICE int seek(int64 count, int64& rank, int64* sums) {
    const int own = threadIdx.x;
    sums[own] = count;
    __syncthreads();
    for (int distance = 1; distance < SEEKERS; distance *= 2) {
        const int64 other = own + distance < SEEKERS ? sums[own + distance] : 0;
        __syncthreads();
        sums[own] += other;
        __syncthreads();
    }
    int bucket = 0;
    for (int step = SEEKERS / 2; step > 0; step /= 2) {
        bucket += sums[bucket + step] >= rank ? step : 0;
    }
    rank -= bucket + 1 < SEEKERS ? sums[bucket + 1] : 0;
    __syncthreads();
    return bucket;
}

// The same from the first bucket up.
DEVICE int seek_upwards(int64 count, int64& rank, int64* sums, int64* counts) {
    counts[threadIdx.x] = count;
    __syncthreads();
    const int64 mirrored = counts[SEEKERS - 1 - threadIdx.x];
    return SEEKERS - 1 - seek(mirrored, rank, sums);
}

// A block's working memory.
struct Seeking {
    int64 sums[SEEKERS];
    int64 counts[SEEKERS];
};

// The index of the rank-th of a thread's own equals (bit i for its element i, the first at place) over the whole block, whose threads
// hold neighbouring elements; written by the thread that has it.
DEVICE void place_tie(uint32 equals, int64 place, int64 rank, Seeking& seeking, int64* last_tie) {
    const int owner = seek_upwards(__popc(equals), rank, seeking.sums, seeking.counts);
    if (owner == static_cast<int>(threadIdx.x)) {
        for (; rank > 1; rank--) {
            equals &= equals - 1;
        }
        *last_tie = place + __popc((equals & (~equals + 1)) - 1);
    }
}
