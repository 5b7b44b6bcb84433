// Normalisation row by row: a warp takes a row, a lane four columns of every 128. Rows do not know of each other. Of several models'
// rows, each model's in a run of member_rows, each run has its own weight: the models' weights lie one behind the other.
#include "transformer.cuh"

struct NormArgs {
    Matrix input;
    Matrix output;
    Operand weight;
    Operand bias;
    int rows;
    int columns;
    int member_rows;
    float epsilon;
    int aligned;
    int reserved;
};

constexpr int SPAN = WARP_SIZE * STEP;

DEVICE float sum_of_squares(const float* row, float center, int columns, bool aligned) {
    float sum = 0.0f;
    for (int column = (threadIdx.x % WARP_SIZE) * STEP; column < columns; column += SPAN) {
        const Four four = load_four(row, column, columns, aligned);
        for (int i = 0; i < STEP; i++) {
            const float deviation = column + i < columns ? four.values[i] - center : 0.0f;
            sum = fmaf(deviation, deviation, sum);
        }
    }
    return sum_over_warp(sum);
}

// output = weight * input / sqrt(mean(input^2) + epsilon): Zhang and Sennrich, arXiv 1910.07467.
KERNEL(rms_norm, NormArgs) {
    const int64 row = global_thread() / WARP_SIZE;
    if (row >= args.rows) {
        return;
    }
    const float* input = row_of(args.input, row);
    float* output = row_of(args.output, row);
    const bool aligned = args.aligned != 0;
    const int64 weight_begin = row / args.member_rows * args.columns;
    const float squares = sum_of_squares(input, 0.0f, args.columns, aligned);
    const float scale = 1.0f / sqrtf(squares / static_cast<float>(args.columns) + args.epsilon);
    for (int column = (threadIdx.x % WARP_SIZE) * STEP; column < args.columns; column += SPAN) {
        Four four = load_four(input, column, args.columns, aligned);
        for (int i = 0; i < STEP && column + i < args.columns; i++) {
            four.values[i] = load_float(args.weight, weight_begin + column + i) * (four.values[i] * scale);
        }
        store_four(output, column, args.columns, aligned, four);
    }
}

// output = weight * (input - mean) / sqrt(variance + epsilon) + bias: Ba, Kiros and Hinton, arXiv 1607.06450. The variance is taken
// from the deviations, not from a difference of large sums, which would cancel.
KERNEL(layer_norm, NormArgs) {
    const int64 row = global_thread() / WARP_SIZE;
    if (row >= args.rows) {
        return;
    }
    const float* input = row_of(args.input, row);
    float* output = row_of(args.output, row);
    const bool aligned = args.aligned != 0;
    const int64 weight_begin = row / args.member_rows * args.columns;
    float sum = 0.0f;
    for (int column = (threadIdx.x % WARP_SIZE) * STEP; column < args.columns; column += SPAN) {
        const Four four = load_four(input, column, args.columns, aligned);
        sum += (four.values[0] + four.values[1]) + (four.values[2] + four.values[3]);
    }
    const float mean = sum_over_warp(sum) / static_cast<float>(args.columns);
    const float variance = sum_of_squares(input, mean, args.columns, aligned) / static_cast<float>(args.columns);
    const float scale = 1.0f / sqrtf(variance + args.epsilon);
    for (int column = (threadIdx.x % WARP_SIZE) * STEP; column < args.columns; column += SPAN) {
        Four four = load_four(input, column, args.columns, aligned);
        for (int i = 0; i < STEP && column + i < args.columns; i++) {
            const float normal = (four.values[i] - mean) * scale;
            const int64 place = weight_begin + column + i;
            four.values[i] = fmaf(normal, load_float(args.weight, place), load_float(args.bias, place));
        }
        store_four(output, column, args.columns, aligned, four);
    }
}
