// The ranks of magnitudes in their rows, 0 for the smallest; of equals the lower index is smaller.
#include "merge.cuh"

constexpr int DIGIT_BITS = 8;
constexpr int DIGITS = 1 << DIGIT_BITS;
constexpr int PASSES = 4;
constexpr int MAX_WARPS = 8;

struct RankedElement {
    uint32 magnitude;
    uint32 place;
};

struct RankRowsArgs {
    Operand base;
    Operand input;
    int64 row_length;
    int64 row_count;
    uint32* ranks;
    // Per block twice a row's elements.
    RankedElement* scratch;
};

DEVICE uint32 magnitude_at(const RankRowsArgs& args, int64 place) {
    return magnitude_of(load_element(args.input, place) - load_element(args.base, place));
}

// Short rows: every element is compared with every other of its row.
KERNEL(rank_short_rows, RankRowsArgs) {
    const int64 count = args.row_length * args.row_count;
    for (int64 place = global_thread(); place < count; place += global_thread_count()) {
        const int64 start = place / args.row_length * args.row_length;
        const uint32 own = magnitude_at(args, place);
        uint32 rank = 0;
        for (int64 other = start; other < start + args.row_length; other++) {
            const uint32 magnitude = magnitude_at(args, other);
            rank += magnitude < own || (magnitude == own && other < place) ? 1 : 0;
        }
        args.ranks[place] = rank;
    }
}

// How many threads of this thread's warp before it have its digit, and how many have it in all.
DEVICE uint32 equals_before(uint32 digit, bool is_there, uint32* equals) {
    uint32 peers = __ballot_sync(FULL_WARP, is_there);
    for (int bit = 0; bit < DIGIT_BITS; bit++) {
        const uint32 votes = __ballot_sync(FULL_WARP, (digit >> bit) & 1);
        peers &= (digit >> bit) & 1 ? votes : ~votes;
    }
    *equals = __popc(peers);
    return __popc(peers & ((1u << (threadIdx.x % WARP_SIZE)) - 1));
}

// Long rows: a block sorts a row by eight bits at a time, each time keeping the order of equals.
KERNEL(rank_long_rows, RankRowsArgs) {
    __shared__ uint32 starts[PASSES][DIGITS];
    __shared__ uint32 warp_counts[MAX_WARPS][DIGITS];
    const int warp = threadIdx.x / WARP_SIZE;
    const int warps = blockDim.x / WARP_SIZE;
    RankedElement* buffers[2];
    buffers[0] = args.scratch + 2 * args.row_length * blockIdx.x;
    buffers[1] = buffers[0] + args.row_length;
    for (int64 row = blockIdx.x; row < args.row_count; row += gridDim.x) {
        const int64 first = row * args.row_length;
        for (int digit = threadIdx.x; digit < DIGITS; digit += blockDim.x) {
            for (int pass = 0; pass < PASSES; pass++) {
                starts[pass][digit] = 0;
            }
            for (int other = 0; other < warps; other++) {
                warp_counts[other][digit] = 0;
            }
        }
        __syncthreads();
        for (int64 i = threadIdx.x; i < args.row_length; i += blockDim.x) {
            const uint32 magnitude = magnitude_at(args, first + i);
            buffers[0][i] = RankedElement{magnitude, static_cast<uint32>(i)};
            for (int pass = 0; pass < PASSES; pass++) {
                atomicAdd(&starts[pass][(magnitude >> (DIGIT_BITS * pass)) % DIGITS], 1u);
            }
        }
        __syncthreads();
        if (threadIdx.x < PASSES) {
            uint32 start = 0;
            for (int digit = 0; digit < DIGITS; digit++) {
                const uint32 size = starts[threadIdx.x][digit];
                starts[threadIdx.x][digit] = start;
                start += size;
            }
        }
        __syncthreads();
        for (int pass = 0; pass < PASSES; pass++) {
            const RankedElement* source = buffers[pass & 1];
            RankedElement* target = buffers[1 - (pass & 1)];
            for (int64 begin = 0; begin < args.row_length; begin += blockDim.x) {
                const bool is_there = begin + threadIdx.x < args.row_length;
                const RankedElement element = is_there ? source[begin + threadIdx.x] : RankedElement{0, 0};
                const uint32 digit = (element.magnitude >> (DIGIT_BITS * pass)) % DIGITS;
                uint32 equals;
                uint32 place = equals_before(digit, is_there, &equals);
                if (is_there && place == 0) {
                    warp_counts[warp][digit] = equals;
                }
                __syncthreads();
                for (int other = 0; other < warp; other++) {
                    place += warp_counts[other][digit];
                }
                place += starts[pass][digit];
                if (is_there && pass == PASSES - 1) {
                    args.ranks[first + element.place] = place;
                } else if (is_there) {
                    target[place] = element;
                }
                __syncthreads();
                for (int own = threadIdx.x; own < DIGITS; own += blockDim.x) {
                    for (int other = 0; other < warps; other++) {
                        starts[pass][own] += warp_counts[other][own];
                        warp_counts[other][own] = 0;
                    }
                }
                __syncthreads();
            }
        }
    }
}
