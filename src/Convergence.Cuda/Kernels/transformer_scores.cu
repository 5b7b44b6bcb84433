// What becomes of logits: a block takes a row.
#include "transformer.cuh"

constexpr int MAX_WARPS = 32;

struct LogProbabilityArgs {
    Matrix logits;
    const int* targets;
    float* results;
    int rows;
    int columns;
};

DEVICE float largest_of_row(const float* row, int columns, float* parts) {
    float largest = -infinity();
    for (int column = threadIdx.x; column < columns; column += blockDim.x) {
        largest = fmaxf(largest, row[column]);
    }
    for (int distance = WARP_SIZE / 2; distance > 0; distance /= 2) {
        largest = fmaxf(largest, __shfl_xor_sync(FULL_WARP, largest, distance));
    }
    if (threadIdx.x % WARP_SIZE == 0) {
        parts[threadIdx.x / WARP_SIZE] = largest;
    }
    __syncthreads();
    for (int warp = 0; warp < static_cast<int>(blockDim.x) / WARP_SIZE; warp++) {
        largest = fmaxf(largest, parts[warp]);
    }
    return largest;
}

// results[r] = logits[r][target] - log sum exp(logits[r]). The largest logit is taken off first, so nothing overflows; exponentials are
// added up in float64, so the error does not grow with the vocabulary.
KERNEL(log_probability, LogProbabilityArgs) {
    __shared__ float parts[MAX_WARPS];
    __shared__ double sums[MAX_WARPS];
    const float* row = row_of(args.logits, blockIdx.x);
    const float largest = largest_of_row(row, args.columns, parts);
    double sum = 0.0;
    for (int column = threadIdx.x; column < args.columns; column += blockDim.x) {
        sum += expf(row[column] - largest);
    }
    sum = sum_over_warp(sum);
    if (threadIdx.x % WARP_SIZE == 0) {
        sums[threadIdx.x / WARP_SIZE] = sum;
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        double total = 0.0;
        for (int warp = 0; warp < static_cast<int>(blockDim.x) / WARP_SIZE; warp++) {
            total += sums[warp];
        }
        const double target = row[args.targets[blockIdx.x]];
        args.results[blockIdx.x] = static_cast<float>(target - largest - log(total));
    }
}

struct ArgMaxArgs {
    Matrix values;
    int* results;
    int rows;
    int columns;
};

struct Best {
    float value;
    int index;
};

DEVICE Best better_of(const Best& a, float value, int index) {
    const bool wins = value > a.value || (value == a.value && index < a.index);
    return wins ? Best{value, index} : a;
}

// The index of each row's largest value, the lowest among equals; 0 for a row of NaN.
KERNEL(arg_max, ArgMaxArgs) {
    constexpr int NONE = 0x7fffffff;
    __shared__ float values[MAX_WARPS];
    __shared__ int indices[MAX_WARPS];
    const float* row = row_of(args.values, blockIdx.x);
    Best best = {-infinity(), NONE};
    for (int column = threadIdx.x; column < args.columns; column += blockDim.x) {
        best = better_of(best, row[column], column);
    }
    for (int distance = WARP_SIZE / 2; distance > 0; distance /= 2) {
        const float value = __shfl_xor_sync(FULL_WARP, best.value, distance);
        const int index = __shfl_xor_sync(FULL_WARP, best.index, distance);
        best = better_of(best, value, index);
    }
    if (threadIdx.x % WARP_SIZE == 0) {
        values[threadIdx.x / WARP_SIZE] = best.value;
        indices[threadIdx.x / WARP_SIZE] = best.index;
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        for (int warp = 1; warp < static_cast<int>(blockDim.x) / WARP_SIZE; warp++) {
            best = better_of(best, values[warp], indices[warp]);
        }
        args.results[blockIdx.x] = best.index == NONE ? 0 : best.index;
    }
}
