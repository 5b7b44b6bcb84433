// Which elements of task vectors are kept at random, drawn by warps for 256 elements at a time.
#pragma once
#include "merge.cuh"
#include "philox.cuh"

// Elements of a warp's step: thirty-two runs.
constexpr int CHUNK = WARP_SIZE * RUN;

// How a tensor lies in chunks. Without ranks it is one row, whose first chunk may begin before the first element, on the whole tensor's
// grid of chunks; with ranks every row begins a chunk.
struct ChunkGrid {
    int64 row_length;
    int64 row_count;
    int64 chunks_per_row;
    // Elements of the first chunk before the tensor's; the number of the first chunk in the whole tensor.
    int64 lead;
    int64 first_chunk;
};

// A warp's chunk: where this thread's run begins, and which of its elements are there.
struct Run {
    int64 place;
    int from;
    int to;
    // The number of the chunk in the tensors of this call, and the index of its first element among random numbers.
    int64 chunk;
    uint64 index;
    // The place of the chunk's first element, and how many of the row's elements lie before and up to its end, seen from there.
    int64 chunk_place;
    int first;
    int end;
};

DEVICE Run run_of(const ChunkGrid& grid, int64 chunk) {
    const int lane = threadIdx.x % WARP_SIZE;
    const int64 row = chunk / grid.chunks_per_row;
    const int64 in_row = (chunk - row * grid.chunks_per_row) * CHUNK - grid.lead;
    const int64 rest = grid.row_length - in_row;
    Run run;
    run.chunk = chunk;
    run.index = static_cast<uint64>(grid.first_chunk + chunk) * CHUNK;
    run.chunk_place = row * grid.row_length + in_row;
    run.first = in_row < 0 ? static_cast<int>(-in_row) : 0;
    run.end = rest < CHUNK ? static_cast<int>(rest) : CHUNK;
    const int offset = lane * RUN;
    run.place = run.chunk_place + offset;
    run.from = run.first > offset ? (run.first - offset < RUN ? run.first - offset : RUN) : 0;
    run.to = run.end < offset ? 0 : (run.end - offset < RUN ? run.end - offset : RUN);
    run.to = run.to < run.from ? run.from : run.to;
    return run;
}

// The mask of this thread's run, bit i for its element i, out of what each thread decided about the eight elements of its counter:
// step s for element 16 s + (lane & 15) of the half-warp's 128.
DEVICE uint32 gather_mask(uint32 decided) {
    const int lane = threadIdx.x % WARP_SIZE;
    uint32 mask = 0;
    for (int step = 0; step < RUN; step++) {
        const uint32 votes = __ballot_sync(FULL_WARP, (decided >> step) & 1);
        if (step == ((lane & 15) >> 1)) {
            mask = (votes >> ((lane & 16) + 8 * (lane & 1))) & 0xFF;
        }
    }
    return mask;
}

// Draws for elements that all have one probability: dropped when the number is below the bound, up to 2^32.
DEVICE uint32 draw_mask(uint64 key, uint32 stream, uint64 bound, uint64 chunk_index) {
    const int lane = threadIdx.x % WARP_SIZE;
    const uint64 first = chunk_index + 128 * (lane / 16) + (lane & 15);
    const PhiloxWords words = philox(key, counter_of(first), stream, 0);
    const uint32 upper_bound = static_cast<uint32>(bound >> 16);
    uint32 decided = 0;
    uint32 open = 0;
    for (int step = 0; step < RUN; step++) {
        const uint32 half = half_of(words, step);
        decided |= half > upper_bound ? 1u << step : 0;
        open |= half == upper_bound ? 1u << step : 0;
    }
    // Seldom, and so in a loop of its own, which costs the others no registers.
    for (; open != 0; open &= open - 1) {
        const int step = __ffs(static_cast<int>(open)) - 1;
        decided |= lower_half(key, stream, first + 16 * step) >= (bound & 0xFFFF) ? 1u << step : 0;
    }
    return gather_mask(decided);
}

// Draws for elements whose probability depends on their rank: kept when V = 2^32 - 1 - number is below floor(p 2^32),
// p = lowest + step * rank. ranks are those of the tensor's elements, by place; null where the step is zero.
DEVICE uint32 draw_ranked_mask(uint64 key, uint32 stream, double lowest, double density_step, const uint32* ranks, const Run& run) {
    const int lane = threadIdx.x % WARP_SIZE;
    const int own = 128 * (lane / 16) + (lane & 15);
    const PhiloxWords words = philox(key, counter_of(run.index + own), stream, 0);
    uint32 decided = 0;
    for (int step = 0; step < RUN; step++) {
        const int element = own + 16 * step;
        if (element >= run.first && element < run.end) {
            const uint32 rank = ranks == nullptr ? 0 : ranks[run.chunk_place + element];
            const uint64 bound = static_cast<uint64>((lowest + density_step * rank) * 4294967296.0);
            const uint64 least = static_cast<uint64>(0xFFFF - half_of(words, step)) << 16;
            bool keeps = least + 0x10000 <= bound;
            if (!keeps && least < bound) {
                keeps = least + (0xFFFF - lower_half(key, stream, run.index + element)) < bound;
            }
            decided |= keeps ? 1u << step : 0;
        }
    }
    return gather_mask(decided);
}
