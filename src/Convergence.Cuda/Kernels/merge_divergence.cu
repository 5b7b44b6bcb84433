// How far rows have moved as distributions.
#include "merge.cuh"

struct RowDivergenceArgs {
    MergeTensors tensors;
    double* divergences;
    int64 row_length;
    int64 row_count;
    double offset;
};

// 1.5 * 2^52: adding it to a small number leaves the nearest integer in the lowest bits.
constexpr double ROUND_TO_INTEGER = 6755399441055744.0;

// ln 2 in two parts; the first has so few bits that its product with any exponent is exact.
constexpr double LN2_HIGH = 6.93147180369123816490e-01;
constexpr double LN2_LOW = 1.90821492927058770002e-10;

// e^x for x up to 0, within 2 units in the last place: x = n ln 2 + r, Taylor's series of e^r to the 13th power, times 2^n. Below -708
// the result is 0. Additions and multiplications in the CPU device's order, so that the bits are that device's.
DEVICE double exp_of_negative(double x) {
    const double clamped = x > -708.0 ? x : -708.0;
    const double shifted = clamped * 1.4426950408889634 + ROUND_TO_INTEGER;
    const double n = shifted - ROUND_TO_INTEGER;
    const double r = clamped - n * LN2_HIGH - n * LN2_LOW;
    double sum = 1.0 / 6227020800.0;
    sum = sum * r + 1.0 / 479001600.0;
    sum = sum * r + 1.0 / 39916800.0;
    sum = sum * r + 1.0 / 3628800.0;
    sum = sum * r + 1.0 / 362880.0;
    sum = sum * r + 1.0 / 40320.0;
    sum = sum * r + 1.0 / 5040.0;
    sum = sum * r + 1.0 / 720.0;
    sum = sum * r + 1.0 / 120.0;
    sum = sum * r + 1.0 / 24.0;
    sum = sum * r + 1.0 / 6.0;
    sum = sum * r + 0.5;
    sum = sum * r + 1.0;
    sum = sum * r + 1.0;
    const uint64 power = (static_cast<uint64>(__double_as_longlong(shifted)) << 52) + 0x3FF0000000000000ull;
    return x < -708.0 ? 0 : sum * __longlong_as_double(static_cast<int64>(power));
}

// ln x for positive normal x = 2^k z with z in [sqrt(1/2), sqrt 2): with s = (z - 1)/(z + 1), 2 (s + s^3/3 + ..) to the 21st power.
DEVICE double log_of(double x) {
    const int64 distance = __double_as_longlong(x) - 0x3FE6A09E667F3BCDll;
    const double z = __longlong_as_double(__double_as_longlong(x) - (distance & static_cast<int64>(0xFFF0000000000000ull)));
    const double k = __longlong_as_double((distance >> 52) + __double_as_longlong(ROUND_TO_INTEGER)) - ROUND_TO_INTEGER;
    const double f = z - 1.0;
    const double s = f / (f + 2.0);
    const double square = s * s;
    double sum = 2.0 / 21;
    sum = sum * square + 2.0 / 19;
    sum = sum * square + 2.0 / 17;
    sum = sum * square + 2.0 / 15;
    sum = sum * square + 2.0 / 13;
    sum = sum * square + 2.0 / 11;
    sum = sum * square + 2.0 / 9;
    sum = sum * square + 2.0 / 7;
    sum = sum * square + 2.0 / 5;
    sum = sum * square + 2.0 / 3;
    sum = sum * square + 2.0;
    return k * LN2_HIGH + (sum * s + k * LN2_LOW);
}

// ln(x/y) where they are within about 3 % of each other, by s = (x - y)/(x + y) to the 9th power.
DEVICE double log_of_near(double difference, double total) {
    const double s = difference / total;
    const double square = s * s;
    double sum = 2.0 / 9;
    sum = sum * square + 2.0 / 7;
    sum = sum * square + 2.0 / 5;
    sum = sum * square + 2.0 / 3;
    return (sum * square + 2.0) * s;
}

// The logarithm of the ratio; by which of the two ways is decided for eight neighbouring lanes alike, as the CPU device's vectors do.
// All threads of a warp take part.
DEVICE double log_of_ratio(double x, double y) {
    const double difference = x - y;
    const double total = x + y;
    const uint32 near = __ballot_sync(FULL_WARP, clear_sign(difference) <= total * (1.0 / 64));
    const int first = threadIdx.x % WARP_SIZE / 8 * 8;
    return ((near >> first) & 0xFF) == 0xFF ? log_of_near(difference, total) : log_of(x / y);
}

DEVICE double largest_of_lanes(double value) {
    for (int distance = LANES / 2; distance > 0; distance /= 2) {
        const double other = __shfl_xor_sync(FULL_WARP, value, distance);
        value = other > value ? other : value;
    }
    return value;
}

DEVICE double largest_of_row(const Operand& operand, int64 start, int64 end) {
    double largest = __longlong_as_double(static_cast<int64>(0xFFF0000000000000ull));
    for (int64 place = start + threadIdx.x % LANES; place < end; place += LANES) {
        const double value = load_element(operand, place);
        largest = value > largest ? value : largest;
    }
    return largest_of_lanes(largest);
}

// The sum over the row of e^(element - largest), tile by tile.
DEVICE double sum_of_exponentials(const Operand& operand, int64 start, int64 end, int64 row_length, double largest) {
    double total = 0;
    for (int64 done = 0; done < row_length; done += TILE) {
        const int64 last = start + done + TILE < end ? start + done + TILE : end;
        double sum = 0;
        for (int64 place = start + done + threadIdx.x % LANES; place < last; place += LANES) {
            sum += exp_of_negative(load_element(operand, place) - largest);
        }
        total += lane_sum(sum);
    }
    return total;
}

// divergences[r] = sum_c p log(p/q) of the row's softmaxes plus the offset, not below 0. Sixteen threads per row.
KERNEL(row_divergences, RowDivergenceArgs) {
    const Operand& base = args.tensors.operands[0];
    const Operand& input = args.tensors.operands[1];
    const int lane = threadIdx.x % LANES;
    const int64 row = global_thread() / LANES;
    const bool is_there = row < args.row_count;
    const int64 start = is_there ? row * args.row_length : 0;
    const int64 end = is_there ? start + args.row_length : 0;
    const double base_largest = largest_of_row(base, start, end);
    const double largest = largest_of_row(input, start, end);
    const double base_scale = 1 / sum_of_exponentials(base, start, end, args.row_length, base_largest);
    const double scale = 1 / sum_of_exponentials(input, start, end, args.row_length, largest);
    double divergence = 0;
    for (int64 done = 0; done < args.row_length; done += TILE) {
        const int64 tile_end = args.row_length - done < TILE ? args.row_length - done : TILE;
        double sum = 0;
        for (int64 step = 0; step < tile_end; step += LANES) {
            // Behind the last element exponentials are 0, and both distributions have the same probability.
            const int64 place = start + done + step + lane;
            const bool is_inside = step + lane < tile_end && is_there;
            const double p = (is_inside ? exp_of_negative(load_element(input, place) - largest) : 0) * scale + args.offset;
            const double q = (is_inside ? exp_of_negative(load_element(base, place) - base_largest) : 0) * base_scale + args.offset;
            sum += p * log_of_ratio(p, q);
        }
        divergence += lane_sum(sum);
    }
    if (lane == 0 && is_there) {
        args.divergences[row] = divergence > 0 ? divergence : 0;
    }
}
