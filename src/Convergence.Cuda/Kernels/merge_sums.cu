// Inner products, lengths and energies, added up as the CPU device adds them: sixteen lanes per tile, then tiles in their order.
#include "merge.cuh"

struct SumProductsArgs {
    MergeTensors tensors;
    double* sums;
    // A sum is taken over each of these runs of elements.
    int64 segment_length;
    int64 segment_count;
    // sums[segment * segment_stride + pair * pair_stride].
    int64 segment_stride;
    int64 pair_stride;
    int pair_count;
    // Whether only products of a tensor with itself are asked for.
    int are_squares;
};

// The p-th pair (i, j) with i up to j: (0,0), (0,1), .. (1,1), ...
DEVICE void pair_of(int pair, int count, int* first, int* second) {
    *first = 0;
    while (pair >= count - *first) {
        pair -= count - *first;
        *first += 1;
    }
    *second = *first + pair;
}

// The products of a tile's elements, of their differences from the base where there is one. All threads of a warp take part.
DEVICE double tile_product(const MergeTensors& tensors, int first, int second, int64 start, int64 end) {
    double sum = 0;
    for (int64 place = start + threadIdx.x % LANES; place < end; place += LANES) {
        const double origin = tensors.has_base ? load_element(tensors.operands[0], place) : 0;
        double a = load_element(tensors.operands[first + tensors.has_base], place);
        double b = load_element(tensors.operands[second + tensors.has_base], place);
        a = tensors.has_base ? a - origin : a;
        b = tensors.has_base ? b - origin : b;
        sum += a * b;
    }
    return lane_sum(sum);
}

// Sixteen threads per segment and pair. The pairs of a segment follow each other, so that it is read from memory once.
KERNEL(sum_products, SumProductsArgs) {
    const int64 group = global_thread() / LANES;
    const int64 segment = group / args.pair_count;
    const int pair = static_cast<int>(group % args.pair_count);
    const int64 start = segment * args.segment_length;
    int first = pair;
    int second = pair;
    if (!args.are_squares) {
        pair_of(pair, args.tensors.input_count, &first, &second);
    }
    double sum = 0;
    for (int64 done = 0; done < args.segment_length; done += TILE) {
        const int64 begin = start + done;
        int64 end = begin + (args.segment_length - done < TILE ? args.segment_length - done : TILE);
        end = segment >= args.segment_count ? begin : end < args.tensors.count ? end : args.tensors.count;
        sum += tile_product(args.tensors, first, second, begin, end);
    }
    if (threadIdx.x % LANES == 0 && segment < args.segment_count) {
        args.sums[segment * args.segment_stride + pair * args.pair_stride] = sum;
    }
}

struct SumColumnProductsArgs {
    MergeTensors tensors;
    // sums[(band * pair_count + pair) * columns + column].
    double* sums;
    int64 columns;
    int64 rows;
    int64 band_rows;
    int64 band_count;
    int pair_count;
    int reserved;
};

// A thread per column, pair and band of rows.
KERNEL(sum_column_products, SumColumnProductsArgs) {
    const MergeTensors& tensors = args.tensors;
    const int64 total = args.band_count * args.pair_count * args.columns;
    for (int64 sum_place = global_thread(); sum_place < total; sum_place += global_thread_count()) {
        const int64 column = sum_place % args.columns;
        const int64 band = sum_place / args.columns / args.pair_count;
        const int64 last = (band + 1) * args.band_rows;
        int first;
        int second;
        pair_of(static_cast<int>(sum_place / args.columns % args.pair_count), tensors.input_count, &first, &second);
        double sum = 0;
        for (int64 row = band * args.band_rows; row < last && row < args.rows; row++) {
            const int64 place = row * args.columns + column;
            const double origin = tensors.has_base ? load_element(tensors.operands[0], place) : 0;
            double a = load_element(tensors.operands[first + tensors.has_base], place);
            double b = load_element(tensors.operands[second + tensors.has_base], place);
            a = tensors.has_base ? a - origin : a;
            b = tensors.has_base ? b - origin : b;
            sum += a * b;
        }
        args.sums[sum_place] = sum;
    }
}

struct SumCombinedSquaresArgs {
    MergeTensors tensors;
    double weights[MAX_INPUTS];
    double* sums;
};

// sums[tile] = the sum over the tile of (sum_i w_i input_i)^2, or of (sum_i w_i delta_i)^2.
KERNEL(sum_combined_squares, SumCombinedSquaresArgs) {
    const MergeTensors& tensors = args.tensors;
    const int64 tile = global_thread() / LANES;
    const int64 rest = tensors.count - tile * TILE;
    const int64 end = tile * TILE + (rest < TILE ? rest : TILE);
    double squares = 0;
    for (int64 place = tile * TILE + threadIdx.x % LANES; place < end; place += LANES) {
        const double origin = tensors.has_base ? load_element(tensors.operands[0], place) : 0;
        double sum = 0;
        for (int input = 0; input < tensors.input_count; input++) {
            sum += args.weights[input] * (load_element(tensors.operands[input + tensors.has_base], place) - origin);
        }
        squares += sum * sum;
    }
    squares = lane_sum(squares);
    if (threadIdx.x % LANES == 0 && rest > 0) {
        args.sums[tile] = squares;
    }
}
