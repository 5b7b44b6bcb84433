// Merges of elements by weights alone: linear, task arithmetic, per row and column; NearSwap, fusion by importance, RAM.
#include "merge.cuh"

struct CombineArgs {
    MergeTensors tensors;
    double weights[MAX_INPUTS];
};

// output = sum_i w_i input_i, or base + sum_i w_i (input_i - base).
KERNEL(combine, CombineArgs) {
    const MergeTensors& tensors = args.tensors;
    map_runs(tensors, [&](int64 place, int to, double (&results)[RUN]) {
        double start[RUN];
        double values[RUN];
        load_run(tensors.operands[0], place, 0, to, start);
        for (int i = 0; i < RUN; i++) {
            results[i] = tensors.has_base ? 0 : args.weights[0] * start[i];
        }
        for (int input = tensors.has_base ? 0 : 1; input < tensors.input_count; input++) {
            const double weight = args.weights[input];
            load_run(tensors.operands[input + tensors.has_base], place, 0, to, values);
            for (int i = 0; i < RUN; i++) {
                results[i] += weight * (tensors.has_base ? values[i] - start[i] : values[i]);
            }
        }
        if (tensors.has_base) {
            for (int i = 0; i < RUN; i++) {
                results[i] = start[i] + results[i];
            }
        }
    });
}

struct CombineVectorsArgs {
    MergeTensors tensors;
    const double* weights;
    int64 row_length;
    int64 weight_stride;
    int are_columns;
    int reserved;
};

// As combine, with a weight for every row or every column: w_iv stands at weights[i * weight_stride + v].
KERNEL(combine_vectors, CombineVectorsArgs) {
    const MergeTensors& tensors = args.tensors;
    // Per row the first input's product begins the sum; per column zero does. It shows in the sign of a zero.
    const bool starts_with_product = !tensors.has_base && !args.are_columns;
    map_runs(tensors, [&](int64 place, int to, double (&results)[RUN]) {
        double start[RUN] = {};
        double values[RUN];
        int64 vectors[RUN];
        int64 row = place / args.row_length;
        int64 column = place - row * args.row_length;
        for (int i = 0; i < RUN; i++) {
            vectors[i] = i >= to ? 0 : args.are_columns ? column : row;
            results[i] = 0;
            if (++column == args.row_length) {
                column = 0;
                row++;
            }
        }
        if (tensors.has_base) {
            load_run(tensors.operands[0], place, 0, to, start);
        }
        for (int input = 0; input < tensors.input_count; input++) {
            const double* weights = args.weights + input * args.weight_stride;
            load_run(tensors.operands[input + tensors.has_base], place, 0, to, values);
            for (int i = 0; i < RUN; i++) {
                const double product = weights[vectors[i]] * (values[i] - start[i]);
                results[i] = input == 0 && starts_with_product ? product : results[i] + product;
            }
        }
        if (!starts_with_product) {
            for (int i = 0; i < RUN; i++) {
                results[i] = start[i] + results[i];
            }
        }
    });
}

struct AddClampedArgs {
    MergeTensors tensors;
    double limit;
    double slope;
};

// output = base + clamp(slope * delta, -limit, limit); the input itself where nothing is cut or scaled.
KERNEL(add_clamped, AddClampedArgs) {
    const MergeTensors& tensors = args.tensors;
    const double swap_limit = args.slope == 1 ? args.limit : -1;
    map_runs(tensors, [&](int64 place, int to, double (&results)[RUN]) {
        double start[RUN];
        double values[RUN];
        load_run(tensors.operands[0], place, 0, to, start);
        load_run(tensors.operands[1], place, 0, to, values);
        for (int i = 0; i < RUN; i++) {
            const double delta = values[i] - start[i];
            double change = args.slope * delta;
            change = change > -args.limit ? change : -args.limit;
            change = change < args.limit ? change : args.limit;
            results[i] = clear_sign(delta) <= swap_limit ? values[i] : start[i] + change;
        }
    });
}

struct TakeImportantArgs {
    MergeTensors tensors;
    const double* factors;
    int64 row_length;
    double threshold;
};

// output = the input where |delta| * factors[row], as a float, is at least the threshold; the base elsewhere.
KERNEL(take_important, TakeImportantArgs) {
    const MergeTensors& tensors = args.tensors;
    map_runs(tensors, [&](int64 place, int to, double (&results)[RUN]) {
        double start[RUN];
        double values[RUN];
        load_run(tensors.operands[0], place, 0, to, start);
        load_run(tensors.operands[1], place, 0, to, values);
        for (int i = 0; i < to; i++) {
            const double importance =
                static_cast<float>(clear_sign(values[i] - start[i]) * args.factors[(place + i) / args.row_length]);
            results[i] = importance >= args.threshold ? values[i] : start[i];
        }
    });
}

struct MergeOverlapsArgs {
    MergeTensors tensors;
    double alone_factors[MAX_INPUTS];
    double threshold;
};

// RAM (arXiv 2601.13572): what several models change is averaged over them, what one changes alone is taken over by its factor.
KERNEL(merge_overlaps, MergeOverlapsArgs) {
    const MergeTensors& tensors = args.tensors;
    map_runs(tensors, [&](int64 place, int to, double (&results)[RUN]) {
        double start[RUN];
        double values[RUN];
        double sums[RUN] = {};
        double scaled_sums[RUN] = {};
        int counts[RUN] = {};
        load_run(tensors.operands[0], place, 0, to, start);
        for (int input = 0; input < tensors.input_count; input++) {
            load_run(tensors.operands[input + 1], place, 0, to, values);
            for (int i = 0; i < RUN; i++) {
                double delta = values[i] - start[i];
                const bool changes = clear_sign(delta) > args.threshold;
                delta = changes ? delta : 0;
                sums[i] += delta;
                scaled_sums[i] += args.alone_factors[input] * delta;
                counts[i] += changes ? 1 : 0;
            }
        }
        for (int i = 0; i < RUN; i++) {
            results[i] = start[i] + (counts[i] == 1 ? scaled_sums[i] : sums[i] / (counts[i] > 1 ? counts[i] : 1));
        }
    });
}

struct CountOverlapsArgs {
    MergeTensors tensors;
    uint64* counts;
    double threshold;
};

// counts[2i] += the places that input i changes alone, counts[2i + 1] += those that it changes.
KERNEL(count_overlaps, CountOverlapsArgs) {
    const MergeTensors& tensors = args.tensors;
    uint32 alone[MAX_INPUTS] = {};
    uint32 changed[MAX_INPUTS] = {};
    for (int64 place = global_thread(); place < tensors.count; place += global_thread_count()) {
        const double start = load_element(tensors.operands[0], place);
        uint32 changes = 0;
        for (int input = 0; input < tensors.input_count; input++) {
            const double delta = load_element(tensors.operands[input + 1], place) - start;
            changes |= clear_sign(delta) > args.threshold ? 1u << input : 0;
        }
        for (int input = 0; input < tensors.input_count; input++) {
            changed[input] += (changes >> input) & 1;
            alone[input] += changes == (1u << input) ? 1 : 0;
        }
    }
    for (int input = 0; input < tensors.input_count; input++) {
        if (changed[input] != 0) {
            atomicAdd(&args.counts[2 * input], static_cast<uint64>(alone[input]));
            atomicAdd(&args.counts[2 * input + 1], static_cast<uint64>(changed[input]));
        }
    }
}
