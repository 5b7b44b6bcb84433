// The exact k-th largest magnitude of task vectors in one reading of them. A sample of each gives a bracket in which the magnitude almost
// surely lies; one pass counts what is above the bracket and at its ends, since changes of 16-bit weights come in few sizes, and collects
// what is strictly between; the collected few are then searched. Where the sample misled, or too much was collected, the cut is marked as
// missed, and merge_select.cu counts instead: a slow answer, never a wrong one. Tensors no larger than a sample need nothing else. Every
// kernel passes over the cuts that are not its affair, so that the host looks at none.
#include "cuts.cuh"
#include "seeking.cuh"

// Elements that are sampled for a cut, in runs, each from a stratum of its own.
constexpr int SAMPLE = 8192;
constexpr int STRATA = SAMPLE / RUN;

// So many standard deviations on both sides of the expected place, and some more elements of the sample.
constexpr double DEVIATIONS = 4;
constexpr int MARGIN = 16;

// Tiles that a block collects from; bits that a pass over the collected finds.
constexpr int PART_TILES = 4;
constexpr int DIGIT_BITS = 11;
constexpr int DIGITS = 1 << DIGIT_BITS;

// No float has larger bits, the sign apart.
constexpr uint32 LARGEST = 0x7FFFFFFF;

struct CollectArgs {
    MergeTensors tensors;
    CollectedCut* cuts;
    // Per cut the elements of every tile at the high end, then those at the low one.
    uint32* end_counts;
    // Per cut as many keys as fit. A key is how far a magnitude lies above the bracket's low end, then the index from the last one down,
    // so that a larger key is one that is kept sooner, and no two are equal.
    uint64* keys;
    // Per cut the digits of a pass, zero before it and after.
    uint32* histograms;
    int64 capacity;
    int64 tile_count;
    int cut_count;
    int index_bits;
};

struct BeginCutsArgs {
    CollectedCut* cuts;
    Selection* selections;
    int64 keep_counts[MAX_INPUTS];
    int64 count;
    int cut_count;
    // BRACKETED, or MISSED for those that cannot be collected.
    int state;
};

// A thread per cut: what is asked for, and at once the answer where nothing or everything is kept.
KERNEL(begin_cuts, BeginCutsArgs) {
    const int number = threadIdx.x;
    if (number >= args.cut_count) {
        return;
    }
    const int64 kept = args.keep_counts[number];
    CollectedCut cut = {};
    cut.rank = kept;
    cut.input = number;
    cut.state = kept <= 0 || kept >= args.count ? FOUND : args.state;
    cut.magnitude = kept <= 0 ? 0xFFFFFFFF : 0;
    cut.last_tie = kept <= 0 ? -1 : 0x7FFFFFFFFFFFFFFFll;
    args.cuts[number] = cut;
    Selection selection = {};
    selection.rank = kept;
    selection.input = number;
    args.selections[number] = selection;
}

// The magnitude of a rank in a sample; the rank becomes that among its equals.
DEVICE uint32 rank_in_sample(const uint32* sample, int size, int64& rank, uint32* digits, Seeking& seeking) {
    uint32 prefix = 0;
    for (int shift = 24; shift >= 0; shift -= 8) {
        digits[threadIdx.x] = 0;
        __syncthreads();
        for (int i = threadIdx.x; i < size; i += SEEKERS) {
            if (static_cast<uint64>(sample[i]) >> (shift + 8) == prefix) {
                atomicAdd(&digits[(sample[i] >> shift) & 0xFF], 1u);
            }
        }
        __syncthreads();
        prefix = (prefix << 8) | static_cast<uint32>(seek(digits[threadIdx.x], rank, seeking.sums));
    }
    return prefix;
}

// One of the runs of a stratum, any of them: a step that divides a row's length would see a few columns only (Vigna's SplitMix64).
DEVICE int64 sampled_run(int stratum, int64 run_count) {
    const int64 first = stratum * run_count / STRATA;
    const uint64 width = static_cast<uint64>((stratum + 1) * run_count / STRATA - first);
    uint64 bits = static_cast<uint64>(stratum + 1) * 0x9E3779B97F4A7C15ull;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ull;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBull;
    return first + static_cast<int64>((bits ^ (bits >> 31)) % width);
}

// One block per cut: the bracket; of a tensor that is its own sample, the cut.
KERNEL(bracket_cuts, CollectArgs) {
    __shared__ uint32 sample[SAMPLE];
    __shared__ uint32 digits[SEEKERS];
    __shared__ Seeking seeking;
    CollectedCut& cut = args.cuts[blockIdx.x];
    if (cut.state != BRACKETED) {
        return;
    }
    const int64 count = args.tensors.count;
    const bool is_whole = count <= SAMPLE;
    const int size = is_whole ? static_cast<int>(count) : SAMPLE;
    for (int start = threadIdx.x * RUN; start < size; start += SEEKERS * RUN) {
        const int to = size - start < RUN ? size - start : RUN;
        uint32 values[RUN];
        magnitudes_of(args.tensors, cut.input, is_whole ? start : sampled_run(start / RUN, count / RUN) * RUN, to, values);
        for (int i = 0; i < to; i++) {
            sample[start + i] = values[i];
        }
    }
    __syncthreads();
    if (is_whole) {
        int64 rank = cut.rank;
        const uint32 magnitude = rank_in_sample(sample, size, rank, digits, seeking);
        constexpr int SHARE = SAMPLE / SEEKERS;
        uint32 equals = 0;
        for (int i = 0; i < SHARE; i++) {
            const int place = threadIdx.x * SHARE + i;
            equals |= place < size && sample[place] == magnitude ? 1u << i : 0;
        }
        place_tie(equals, threadIdx.x * SHARE, rank, seeking, &cut.last_tie);
        if (threadIdx.x == 0) {
            cut.magnitude = magnitude;
            cut.state = FOUND;
        }
        return;
    }
    const double share = static_cast<double>(cut.rank) / static_cast<double>(count);
    const double expected = share * SAMPLE;
    const double margin = sqrt(share * (1 - share) * SAMPLE) * DEVIATIONS + MARGIN;
    int64 high_rank = static_cast<int64>(expected - margin) + 1;
    int64 low_rank = static_cast<int64>(expected + margin) + 1;
    // The few largest may all exceed what was sampled, the few smallest fall below it.
    const uint32 high = expected <= margin ? LARGEST : rank_in_sample(sample, size, high_rank, digits, seeking);
    const uint32 low = low_rank > SAMPLE ? 0 : rank_in_sample(sample, size, low_rank, digits, seeking);
    if (threadIdx.x == 0) {
        cut.high = high;
        cut.low = low;
        cut.state = BRACKETED;
    }
}

DEVICE uint32 warp_sum(uint32 value) {
    for (int distance = WARP_SIZE / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(FULL_WARP, value, distance);
    }
    return value;
}

// Whether this is the last of a cut's blocks to come here: it sees what the others wrote before, where it reads past its own cache.
DEVICE bool is_last_block(CollectedCut& cut, int64 block_count, uint32& is_last) {
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) {
        is_last = atomicAdd(&cut.finished, 1u) == static_cast<uint32>(block_count - 1) ? 1 : 0;
        __threadfence();
    }
    __syncthreads();
    return is_last != 0;
}

// The rank-th element of a magnitude of which the number in every tile is known. A block calls it.
DEVICE void place_tie_by_tiles(
    const CollectArgs& args, CollectedCut& cut, uint32 magnitude, int64 rank, const volatile uint32* counts, Seeking& seeking) {
    const int64 width = (args.tile_count + SEEKERS - 1) / SEEKERS;
    int64 sum = 0;
    for (int64 tile = threadIdx.x * width; tile < (threadIdx.x + 1) * width && tile < args.tile_count; tile++) {
        sum += counts[tile];
    }
    int64 tile = seek_upwards(sum, rank, seeking.sums, seeking.counts) * width;
    for (; counts[tile] < rank; tile++) {
        rank -= counts[tile];
    }
    constexpr int SHARE = TILE / SEEKERS;
    const int64 start = tile * TILE + threadIdx.x * SHARE;
    uint32 equals = 0;
#pragma unroll 1
    for (int offset = 0; offset < SHARE; offset += RUN) {
        const int64 rest = args.tensors.count - start - offset;
        const int to = rest <= 0 ? 0 : rest < RUN ? static_cast<int>(rest) : RUN;
        uint32 values[RUN];
        magnitudes_of(args.tensors, cut.input, start + offset, to, values);
        for (int i = 0; i < to; i++) {
            equals |= values[i] == magnitude ? 1u << (offset + i) : 0;
        }
    }
    place_tie(equals, start, rank, seeking, &cut.last_tie);
}

// What the counts say of a cut: it lies at an end of the bracket, among the collected, or was missed. The last block calls it.
DEVICE void settle(const CollectArgs& args, CollectedCut& cut, const volatile uint32* end_counts, Seeking& seeking, int64* totals) {
    if (threadIdx.x == 0) {
        totals[0] = static_cast<int64>(atomicAdd(&cut.above, 0ull));
        totals[1] = static_cast<int64>(atomicAdd(&cut.at_high, 0ull));
        totals[2] = static_cast<int64>(atomicAdd(&cut.between, 0ull));
        totals[3] = static_cast<int64>(atomicAdd(&cut.at_low, 0ull));
    }
    __syncthreads();
    const int64 behind_above = cut.rank - totals[0];
    const int64 behind_high = behind_above - totals[1];
    const int64 behind_between = behind_high - totals[2];
    const bool is_high = behind_above > 0 && behind_high <= 0;
    const bool is_low = behind_between > 0 && behind_between <= totals[3];
    const bool is_between = behind_high > 0 && behind_between <= 0 && totals[2] <= args.capacity;
    __syncthreads();
    if (is_high || is_low) {
        const int64 rank = is_high ? behind_above : behind_between;
        place_tie_by_tiles(args, cut, is_high ? cut.high : cut.low, rank, end_counts + (is_high ? 0 : args.tile_count), seeking);
    }
    if (threadIdx.x == 0) {
        cut.state = is_high || is_low ? FOUND : is_between ? COLLECTED : MISSED;
        cut.magnitude = is_high ? cut.high : cut.low;
        cut.rank = behind_high;
        cut.unknown_bits = args.index_bits + 32 - __clz(static_cast<int>(cut.high - cut.low));
        cut.finished = 0;
    }
}

// A cut's blocks each take a few tiles; those of one part and different cuts follow each other, so that the base is read from memory once.
KERNEL(collect_between, CollectArgs) {
    __shared__ uint64 staged[TILE];
    __shared__ Seeking seeking;
    __shared__ int64 totals[4];
    __shared__ uint64 first;
    __shared__ uint32 staged_count;
    __shared__ uint32 ends;
    __shared__ uint32 above_count;
    __shared__ uint32 is_last;
    const int number = blockIdx.x % args.cut_count;
    const int64 part = blockIdx.x / args.cut_count;
    const int64 count = args.tensors.count;
    CollectedCut& cut = args.cuts[number];
    if (cut.state != BRACKETED) {
        return;
    }
    const uint32 low = cut.low;
    const uint32 high = cut.high;
    uint32* end_counts = args.end_counts + 2 * args.tile_count * number;
    uint64* keys = args.keys + args.capacity * number;
    const uint64 last_index = (1ull << args.index_bits) - 1;
    uint32 above = 0;
    uint32 all_high = 0;
    uint32 all_low = 0;
    if (threadIdx.x == 0) {
        above_count = 0;
    }
    for (int64 tile = part * PART_TILES; tile < (part + 1) * PART_TILES && tile < args.tile_count; tile++) {
        if (threadIdx.x == 0) {
            staged_count = 0;
            ends = 0;
        }
        __syncthreads();
        // Those at the high end in the lower half, those at the low one in the upper: a tile has fewer than 2^16 of each.
        uint32 own_ends = 0;
#pragma unroll 1
        for (int offset = threadIdx.x * RUN; offset < TILE; offset += SEEKERS * RUN) {
            const int64 place = tile * TILE + offset;
            const int64 rest = count - place;
            const int to = rest <= 0 ? 0 : rest < RUN ? static_cast<int>(rest) : RUN;
            uint32 values[RUN];
            magnitudes_of(args.tensors, cut.input, place, to, values);
            for (int i = 0; i < to; i++) {
                above += values[i] > high ? 1 : 0;
                own_ends += values[i] == high ? 1 : values[i] == low ? 1u << 16 : 0;
                if (values[i] > low && values[i] < high) {
                    const uint64 index = last_index - static_cast<uint64>(place + i);
                    staged[atomicAdd(&staged_count, 1u)] = (static_cast<uint64>(values[i] - low) << args.index_bits) | index;
                }
            }
        }
        own_ends = warp_sum(own_ends);
        if (threadIdx.x % WARP_SIZE == 0 && own_ends != 0) {
            atomicAdd(&ends, own_ends);
        }
        __syncthreads();
        if (threadIdx.x == 0) {
            end_counts[tile] = ends & 0xFFFF;
            end_counts[args.tile_count + tile] = ends >> 16;
            all_high += ends & 0xFFFF;
            all_low += ends >> 16;
            first = atomicAdd(&cut.between, static_cast<uint64>(staged_count));
        }
        __syncthreads();
        for (uint32 i = threadIdx.x; i < staged_count; i += SEEKERS) {
            if (first + i < static_cast<uint64>(args.capacity)) {
                keys[first + i] = staged[i];
            }
        }
        __syncthreads();
    }
    above = warp_sum(above);
    if (threadIdx.x % WARP_SIZE == 0) {
        atomicAdd(&above_count, above);
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        atomicAdd(&cut.above, static_cast<uint64>(above_count));
        atomicAdd(&cut.at_high, static_cast<uint64>(all_high));
        atomicAdd(&cut.at_low, static_cast<uint64>(all_low));
    }
    if (is_last_block(cut, gridDim.x / args.cut_count, is_last)) {
        settle(args, cut, end_counts, seeking, totals);
    }
}

// One digit more of the key that is looked for. Nothing happens once it is found.
KERNEL(narrow_between, CollectArgs) {
    __shared__ uint32 counts[DIGITS];
    __shared__ Seeking seeking;
    __shared__ uint32 is_last;
    const int number = blockIdx.x % args.cut_count;
    const int64 block = blockIdx.x / args.cut_count;
    const int64 block_count = gridDim.x / args.cut_count;
    CollectedCut& cut = args.cuts[number];
    if (cut.state != COLLECTED) {
        return;
    }
    const int unknown = cut.unknown_bits;
    const int left = unknown > DIGIT_BITS ? unknown - DIGIT_BITS : 0;
    const uint64 prefix = cut.prefix;
    const uint64* keys = args.keys + args.capacity * number;
    uint32* histogram = args.histograms + static_cast<int64>(DIGITS) * number;
    for (int digit = threadIdx.x; digit < DIGITS; digit += SEEKERS) {
        counts[digit] = 0;
    }
    __syncthreads();
    const int64 between = static_cast<int64>(cut.between);
    for (int64 i = block * SEEKERS + threadIdx.x; i < between; i += block_count * SEEKERS) {
        if (keys[i] >> unknown == prefix) {
            atomicAdd(&counts[(keys[i] >> left) & ((1u << (unknown - left)) - 1)], 1u);
        }
    }
    __syncthreads();
    for (int digit = threadIdx.x; digit < DIGITS; digit += SEEKERS) {
        if (counts[digit] != 0) {
            atomicAdd(&histogram[digit], counts[digit]);
        }
    }
    if (!is_last_block(cut, block_count, is_last)) {
        return;
    }
    constexpr int WIDTH = DIGITS / SEEKERS;
    const volatile uint32* totals = histogram;
    int64 sum = 0;
    for (int i = 0; i < WIDTH; i++) {
        const int own = threadIdx.x * WIDTH + i;
        counts[own] = totals[own];
        sum += counts[own];
        histogram[own] = 0;
    }
    int64 rank = cut.rank;
    int digit = seek(sum, rank, seeking.sums) * WIDTH + WIDTH - 1;
    for (; counts[digit] < rank; digit--) {
        rank -= counts[digit];
    }
    if (threadIdx.x == 0) {
        const uint64 found = (prefix << (unknown - left)) | static_cast<uint64>(digit);
        cut.prefix = found;
        cut.rank = rank;
        cut.unknown_bits = left;
        cut.finished = 0;
        if (left == 0) {
            cut.magnitude = cut.low + static_cast<uint32>(found >> args.index_bits);
            cut.last_tie = static_cast<int64>((1ull << args.index_bits) - 1 - (found & ((1ull << args.index_bits) - 1)));
            cut.state = FOUND;
        }
    }
}
