// Operators that move rows or change them element by element.
#include "transformer.cuh"

struct EmbedArgs {
    Operand table;
    const int* ids;
    Matrix output;
    int rows;
    int columns;
    int accumulate;
    int aligned;
};

// output[r] (+)= table[ids[r]], eight columns per thread: whole runs of a 16-bit table are one 16-byte load.
KERNEL(embed, EmbedArgs) {
    const int64 runs = (args.columns + RUN - 1) / RUN;
    for (int64 item = global_thread(); item < args.rows * runs; item += global_thread_count()) {
        const int64 row = item / runs;
        const int column = static_cast<int>(item - row * runs) * RUN;
        const int count = min(RUN, args.columns - column);
        double values[RUN];
        load_run(args.table, static_cast<int64>(args.ids[row]) * args.columns + column, 0, count, values);
        float* output = row_of(args.output, row);
        const bool aligned = args.aligned != 0;
        for (int part = 0; part < RUN; part += STEP) {
            Four four = {};
            if (args.accumulate) {
                four = load_four(output, column + part, args.columns, aligned);
            }
            for (int i = 0; i < STEP; i++) {
                const float value = static_cast<float>(values[part + i]);
                four.values[i] = args.accumulate ? four.values[i] + value : value;
            }
            store_four(output, column + part, args.columns, aligned, four);
        }
    }
}

struct MoveRowsArgs {
    Matrix source;
    Matrix destination;
    const int* indices;
    int rows;
    int columns;
    int scatter;
    int aligned;
};

// destination[indices[r]] = source[r] when scattering, else destination[r] = source[indices[r]].
KERNEL(move_rows, MoveRowsArgs) {
    const int64 steps = (args.columns + STEP - 1) / STEP;
    const bool aligned = args.aligned != 0;
    for (int64 item = global_thread(); item < args.rows * steps; item += global_thread_count()) {
        const int64 row = item / steps;
        const int column = static_cast<int>(item - row * steps) * STEP;
        const int64 other = args.indices[row];
        const Four four = load_four(row_of(args.source, args.scatter ? row : other), column, args.columns, aligned);
        store_four(row_of(args.destination, args.scatter ? other : row), column, args.columns, aligned, four);
    }
}

struct SwiGluArgs {
    Matrix gate_and_up;
    Matrix output;
    int rows;
    int columns;
    int aligned;
    int reserved;
};

// output = silu(gate) * up with silu(x) = x / (1 + e^-x): Shazeer, arXiv 2002.05202.
KERNEL(swiglu, SwiGluArgs) {
    const int64 steps = (args.columns + STEP - 1) / STEP;
    const bool aligned = args.aligned != 0;
    for (int64 item = global_thread(); item < args.rows * steps; item += global_thread_count()) {
        const int64 row = item / steps;
        const int column = static_cast<int>(item - row * steps) * STEP;
        const float* gates = row_of(args.gate_and_up, row);
        Four four = load_four(gates, column, args.columns, aligned);
        const Four up = load_four(gates + args.columns, column, args.columns, aligned);
        for (int i = 0; i < STEP; i++) {
            four.values[i] = four.values[i] / (1.0f + expf(-four.values[i])) * up.values[i];
        }
        store_four(row_of(args.output, row), column, args.columns, aligned, four);
    }
}

struct GeluArgs {
    Matrix values;
    int rows;
    int columns;
    int tanh_form;
    int aligned;
};

// The Gaussian error linear unit in place: Hendrycks and Gimpel, arXiv 1606.08415. (1 + tanh u) / 2 = 1 / (1 + e^(-2u)).
KERNEL(gelu, GeluArgs) {
    const int64 steps = (args.columns + STEP - 1) / STEP;
    const bool aligned = args.aligned != 0;
    for (int64 item = global_thread(); item < args.rows * steps; item += global_thread_count()) {
        const int64 row = item / steps;
        const int column = static_cast<int>(item - row * steps) * STEP;
        float* values = row_of(args.values, row);
        Four four = load_four(values, column, args.columns, aligned);
        for (int i = 0; i < STEP; i++) {
            const float x = four.values[i];
            four.values[i] = args.tanh_form
                ? x / (1.0f + expf(-x * fmaf(x * x, 0.0713548162726f, 1.5957691216057f)))
                : 0.5f * x * erfcf(-0.70710678118655f * x);
        }
        store_four(values, column, args.columns, aligned, four);
    }
}

struct RopeArgs {
    Matrix heads;
    const int* positions;
    const float* cosines;
    const float* sines;
    int rows;
    int head_count;
    int half;
    int reserved;
};

// Rotary position embedding in place: Su et al., arXiv 2104.09864. Features i and i + half of a head are a point in the plane, turned by
// the angle of its position and of i. Neighbouring threads take neighbouring features.
KERNEL(rope, RopeArgs) {
    const int64 pairs = static_cast<int64>(args.head_count) * args.half;
    for (int64 item = global_thread(); item < args.rows * pairs; item += global_thread_count()) {
        const int64 row = item / pairs;
        const int pair = static_cast<int>(item - row * pairs);
        const int head = pair / args.half;
        const int feature = pair - head * args.half;
        const int64 angle = static_cast<int64>(args.positions[row]) * args.half + feature;
        float* first = row_of(args.heads, row) + 2 * head * args.half + feature;
        float* second = first + args.half;
        const float cosine = args.cosines[angle];
        const float sine = args.sines[angle];
        const float x = *first;
        const float y = *second;
        *first = x * cosine - y * sine;
        *second = y * cosine + x * sine;
    }
}
