// What stands around cuBLAS: weights and inputs in the type that it multiplies, and the bias that it adds to.
#include "transformer.cuh"

struct PackArgs {
    Operand source;
    void* destination;
    int64 count;
    int dtype;
    int reserved;
};

// Converts a weight that is stored as it is multiplied, [outputs, inputs].
KERNEL(pack, PackArgs) {
    for (int64 place = global_thread() * RUN; place < args.count; place += global_thread_count() * RUN) {
        const int64 left = args.count - place;
        const int count = left < RUN ? static_cast<int>(left) : RUN;
        double values[RUN];
        load_run(args.source, place, 0, count, values);
        store_run(args.destination, args.dtype, place, 0, count, values);
    }
}

struct PackTransposedArgs {
    Operand source;
    void* destination;
    int inputs;
    int outputs;
    int dtype;
    int reserved;
};

constexpr int TILE_SIDE = 32;
constexpr int TILE_ROWS = 8;

// The same of a weight that is stored [inputs, outputs]: a block of 32 x 8 threads turns a tile of 32 x 32 in shared memory, so that
// reads and writes both go along rows. The odd pitch keeps a column's elements in different banks.
KERNEL(pack_transposed, PackTransposedArgs) {
    __shared__ float tile[TILE_SIDE][TILE_SIDE + 1];
    const int tiles_across = (args.outputs + TILE_SIDE - 1) / TILE_SIDE;
    const int first_output = blockIdx.x % tiles_across * TILE_SIDE;
    const int first_input = blockIdx.x / tiles_across * TILE_SIDE;
    for (int row = threadIdx.y; row < TILE_SIDE; row += TILE_ROWS) {
        const int input = first_input + row;
        const int output = first_output + threadIdx.x;
        if (input < args.inputs && output < args.outputs) {
            tile[row][threadIdx.x] = load_float(args.source, static_cast<int64>(input) * args.outputs + output);
        }
    }
    __syncthreads();
    for (int row = threadIdx.y; row < TILE_SIDE; row += TILE_ROWS) {
        const int output = first_output + row;
        const int input = first_input + threadIdx.x;
        if (input < args.inputs && output < args.outputs) {
            store_element(args.destination, args.dtype, static_cast<int64>(output) * args.inputs + input, tile[threadIdx.x][row]);
        }
    }
}

struct NarrowArgs {
    Matrix input;
    uint16* output;
    int rows;
    int columns;
    int pitch;
    int aligned;
};

// F32 activations as bfloat16, rounded to nearest, ties to even; a row begins every pitch elements, a multiple of four.
KERNEL(narrow, NarrowArgs) {
    const int64 steps = (args.columns + STEP - 1) / STEP;
    const bool aligned = args.aligned != 0;
    for (int64 item = global_thread(); item < args.rows * steps; item += global_thread_count()) {
        const int64 row = item / steps;
        const int column = static_cast<int>(item - row * steps) * STEP;
        const Four four = load_four(row_of(args.input, row), column, args.columns, aligned);
        const uint32 low = narrow_bf16(four.values[0]) | (narrow_bf16(four.values[1]) << 16);
        const uint32 high = narrow_bf16(four.values[2]) | (narrow_bf16(four.values[3]) << 16);
        *reinterpret_cast<uint64*>(args.output + row * args.pitch + column) = low | (static_cast<uint64>(high) << 32);
    }
}

struct AddBiasArgs {
    Matrix output;
    Operand bias;
    int rows;
    int columns;
    int member_rows;
    int accumulate;
    int aligned;
    int reserved;
};

// output[r] = bias, or output[r] += bias: what the product is then added to. Every run of member_rows has its own bias, behind the last's.
KERNEL(add_bias, AddBiasArgs) {
    const int64 steps = (args.columns + STEP - 1) / STEP;
    const bool aligned = args.aligned != 0;
    for (int64 item = global_thread(); item < args.rows * steps; item += global_thread_count()) {
        const int64 row = item / steps;
        const int column = static_cast<int>(item - row * steps) * STEP;
        float* output = row_of(args.output, row);
        const int64 bias_begin = row / args.member_rows * args.columns;
        Four four = {};
        if (args.accumulate) {
            four = load_four(output, column, args.columns, aligned);
        }
        for (int i = 0; i < STEP && column + i < args.columns; i++) {
            four.values[i] += load_float(args.bias, bias_begin + column + i);
        }
        store_four(output, column, args.columns, aligned, four);
    }
}
