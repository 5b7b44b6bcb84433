// Exact selection by rank: values are counted by their leading eleven bits, then by ten and ten more inside the bucket that holds the
// rank; a last pass finds which of the equals it is, the lower index first. Everything stays on the device until the cut is known.
#include "cuts.cuh"
#include "seeking.cuh"
#include "spreads.cuh"

constexpr int MAX_BUCKETS = 2048;
constexpr int MAGNITUDE_BITS = 31;

// Elements that a block counts at a time.
constexpr int64 COUNTED_SIZE = 16384;

// What is selected from.
constexpr int BY_MAGNITUDE = 0;  // |input - base|, a selection per input
constexpr int BY_SPREAD = 1;     // the standard deviation over the inputs
// Otherwise |input - base| * factors[row].

struct SelectArgs {
    MergeTensors tensors;
    Selection* selections;
    // Per selection 2^bucket_bits counts, then one of the values that are zero.
    uint64* histograms;
    // Per selection and tile, how many values are the selected one.
    uint32* tie_counts;
    const double* factors;
    // Where only those of as many cuts are wanted that were missed; else null.
    const CollectedCut* collected;
    int64 row_length;
    int64 tile_count;
    // The share of the values above zero to keep, where that is how the rank is given; else below 0.
    double share;
    int kind;
    int selection_count;
    int prefix_bits;
    int bucket_bits;
};

DEVICE bool is_found(const SelectArgs& args, int number) { return args.collected != nullptr && args.collected[number].state == FOUND; }

DEVICE void values_of(const SelectArgs& args, int input, int64 place, int to, uint32 (&values)[RUN]) {
    if (args.kind == BY_SPREAD) {
        spreads_of(args.tensors, place, to, values);
        return;
    }
    if (args.kind == BY_MAGNITUDE) {
        magnitudes_of(args.tensors, input, place, to, values);
        return;
    }
    double start[RUN];
    double elements[RUN];
    load_run(args.tensors.operands[0], place, 0, to, start);
    load_run(args.tensors.operands[input + 1], place, 0, to, elements);
    for (int i = 0; i < RUN; i++) {
        const double weight = i < to ? args.factors[(place + i) / args.row_length] : 0;
        values[i] = magnitude_of(clear_sign(elements[i] - start[i]) * weight);
    }
}

// Selections of one part follow each other, so that what they share is read from memory once.
KERNEL_BY_TWO(count_values, SelectArgs) {
    __shared__ uint32 counts[MAX_BUCKETS + 1];
    const int number = blockIdx.x % args.selection_count;
    if (is_found(args, number)) {
        return;
    }
    const Selection selection = args.selections[number];
    const int buckets = 1 << args.bucket_bits;
    const int prefix_shift = MAGNITUDE_BITS - args.prefix_bits;
    const int bucket_shift = prefix_shift - args.bucket_bits;
    for (int bucket = threadIdx.x; bucket <= buckets; bucket += blockDim.x) {
        counts[bucket] = 0;
    }
    __syncthreads();
    for (int64 start = blockIdx.x / args.selection_count * COUNTED_SIZE; start < args.tensors.count;
         start += gridDim.x / args.selection_count * COUNTED_SIZE) {
        const int64 rest = args.tensors.count - start;
        const int64 end = start + (rest < COUNTED_SIZE ? rest : COUNTED_SIZE);
        for (int64 place = start + threadIdx.x * RUN; place < end; place += blockDim.x * RUN) {
            const int to = end - place < RUN ? static_cast<int>(end - place) : RUN;
            uint32 values[RUN];
            values_of(args, selection.input, place, to, values);
            for (int i = 0; i < to; i++) {
                // Thirty-one bits shifted by as many leave none: without a prefix every value is counted.
                if ((values[i] >> prefix_shift) == selection.prefix) {
                    atomicAdd(&counts[(values[i] >> bucket_shift) & (buckets - 1)], 1u);
                    if (values[i] == 0) {
                        atomicAdd(&counts[buckets], 1u);
                    }
                }
            }
        }
    }
    __syncthreads();
    uint64* histogram = args.histograms + static_cast<int64>(number) * (buckets + 1);
    for (int bucket = threadIdx.x; bucket <= buckets; bucket += blockDim.x) {
        if (counts[bucket] != 0) {
            atomicAdd(&histogram[bucket], static_cast<uint64>(counts[bucket]));
        }
    }
}

// One block per selection: from the largest bucket down to the one that holds the rank, which joins the prefix.
KERNEL(descend, SelectArgs) {
    __shared__ int64 sums[SEEKERS];
    if (is_found(args, blockIdx.x)) {
        return;
    }
    const int buckets = 1 << args.bucket_bits;
    const int width = buckets / SEEKERS;
    const uint64* histogram = args.histograms + static_cast<int64>(blockIdx.x) * (buckets + 1);
    int64 sum = 0;
    for (int i = 0; i < width; i++) {
        sum += static_cast<int64>(histogram[threadIdx.x * width + i]);
    }
    sums[threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.x != 0) {
        return;
    }
    Selection& selection = args.selections[blockIdx.x];
    int64 rank = selection.rank;
    if (args.share >= 0 && args.prefix_bits == 0) {
        // Nothing is kept where no value is above zero: the rank stays 0.
        const int64 above_zero = args.tensors.count - static_cast<int64>(histogram[buckets]);
        const int64 kept = static_cast<int64>(args.share * static_cast<double>(above_zero));
        rank = above_zero == 0 ? 0 : kept < 1 ? 1 : kept;
    }
    int seeker = SEEKERS - 1;
    while (seeker > 0 && sums[seeker] < rank) {
        rank -= sums[seeker--];
    }
    int bucket = (seeker + 1) * width - 1;
    while (bucket > 0 && static_cast<int64>(histogram[bucket]) < rank) {
        rank -= static_cast<int64>(histogram[bucket--]);
    }
    selection.rank = rank;
    selection.ties = static_cast<int64>(histogram[bucket]);
    selection.prefix = (selection.prefix << args.bucket_bits) | static_cast<uint32>(bucket);
}

// tie_counts[selection * tile_count + tile] = the tile's values that are the selected one.
KERNEL_BY_TWO(count_ties, SelectArgs) {
    const int number = blockIdx.x % args.selection_count;
    if (is_found(args, number)) {
        return;
    }
    const Selection selection = args.selections[number];
    for (int64 tile = blockIdx.x / args.selection_count; tile < args.tile_count; tile += gridDim.x / args.selection_count) {
        const int64 rest = args.tensors.count - tile * TILE;
        const int64 end = tile * TILE + (rest < TILE ? rest : TILE);
        uint32 ties = 0;
        for (int64 place = tile * TILE + threadIdx.x * RUN; place < end; place += blockDim.x * RUN) {
            const int to = end - place < RUN ? static_cast<int>(end - place) : RUN;
            uint32 values[RUN];
            values_of(args, selection.input, place, to, values);
            for (int i = 0; i < to; i++) {
                ties += values[i] == selection.prefix ? 1 : 0;
            }
        }
        if (ties != 0) {
            atomicAdd(&args.tie_counts[number * args.tile_count + tile], ties);
        }
    }
}

// One block per selection: the tile that holds the tie of the rank, then the tie.
KERNEL(find_tie, SelectArgs) {
    __shared__ int64 sums[SEEKERS];
    __shared__ int64 found_tile;
    __shared__ int64 found_rank;
    if (is_found(args, blockIdx.x)) {
        return;
    }
    Selection& selection = args.selections[blockIdx.x];
    const uint32* counts = args.tie_counts + blockIdx.x * args.tile_count;
    const int64 width = (args.tile_count + SEEKERS - 1) / SEEKERS;
    int64 sum = 0;
    for (int64 tile = threadIdx.x * width; tile < (threadIdx.x + 1) * width && tile < args.tile_count; tile++) {
        sum += counts[tile];
    }
    sums[threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.x == 0) {
        int64 rank = selection.rank;
        int seeker = 0;
        while (seeker < SEEKERS - 1 && sums[seeker] < rank) {
            rank -= sums[seeker++];
        }
        int64 tile = seeker * width;
        while (tile < args.tile_count - 1 && counts[tile] < rank) {
            rank -= counts[tile++];
        }
        found_tile = tile;
        found_rank = rank;
    }
    __syncthreads();
    constexpr int SHARE = TILE / SEEKERS;
    const int64 start = found_tile * TILE + threadIdx.x * SHARE;
    uint32 ties = 0;
    for (int64 place = start; place < start + SHARE; place += RUN) {
        const int64 rest = args.tensors.count - place;
        const int to = rest <= 0 ? 0 : rest < RUN ? static_cast<int>(rest) : RUN;
        uint32 values[RUN];
        values_of(args, selection.input, place, to, values);
        for (int i = 0; i < to; i++) {
            ties |= values[i] == selection.prefix ? 1u << (place - start + i) : 0;
        }
    }
    sums[threadIdx.x] = __popc(ties);
    __syncthreads();
    int64 before = 0;
    for (int other = 0; other < static_cast<int>(threadIdx.x); other++) {
        before += sums[other];
    }
    for (int i = 0; i < SHARE; i++) {
        before += (ties >> i) & 1;
        if (((ties >> i) & 1) != 0 && before == found_rank) {
            selection.last_tie = start + i;
        }
    }
}

struct SettleCutsArgs {
    const CollectedCut* collected;
    const Selection* selections;
    Cut* cuts;
    int cut_count;
};

// A thread per cut: as it was collected, or else counted.
KERNEL(settle_cuts, SettleCutsArgs) {
    const int number = threadIdx.x;
    if (number >= args.cut_count) {
        return;
    }
    const CollectedCut& collected = args.collected[number];
    const Selection& counted = args.selections[number];
    Cut cut = {};
    cut.magnitude = collected.state == FOUND ? collected.magnitude : counted.prefix;
    cut.last_tie = collected.state == FOUND ? collected.last_tie : counted.last_tie;
    args.cuts[number] = cut;
}
