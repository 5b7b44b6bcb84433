// What the merge kernels share. Everything is computed in float64, in the order of additions of the CPU device and without fused
// multiply-add (the modules are compiled so), which makes the results that device's, bit for bit.
#pragma once
#include "elements.cuh"

constexpr int MAX_INPUTS = 16;
constexpr int MAX_OPERANDS = MAX_INPUTS + 1;

// Elements over which sums are taken before they are added up: the CPU device's tiles.
constexpr int TILE = 4096;

// Threads that add up a tile, one for every lane of the CPU device's vectors.
constexpr int LANES = 16;

// The tensors of one call: the base first where there is one, then the inputs.
struct MergeTensors {
    Operand operands[MAX_OPERANDS];
    void* output;
    int64 count;
    int64 first_index;
    int input_count;
    int has_base;
    int output_type;
    int reserved;
};

// Keeps magnitudes (bits of floats) above, and those equal up to an index.
struct Cut {
    int64 last_tie;
    uint32 magnitude;
    uint32 reserved;
};

DEVICE double clear_sign(double value) { return __longlong_as_double(__double_as_longlong(value) & 0x7FFFFFFFFFFFFFFFll); }

// The bits of |delta| as a float: their order is that of the magnitudes. All NaN are one.
DEVICE uint32 magnitude_of(float delta) {
    const uint32 bits = __float_as_uint(delta) & 0x7FFFFFFF;
    return bits > 0x7F800000 ? 0x7FC00000 : bits;
}

DEVICE uint32 magnitude_of(double delta) { return magnitude_of(static_cast<float>(delta)); }

DEVICE bool keeps(const Cut& cut, uint32 magnitude, int64 index) {
    return magnitude > cut.magnitude || (magnitude == cut.magnitude && index <= cut.last_tie);
}

// The magnitudes of a run of an input's task vector. A difference of floats that is computed as a double and rounded to a float is the
// difference that floats give, since 53 bits are more than twice 24 and two (Figueroa 1995, SIGNUM Newsletter 30(3)): no double is needed
// where neither side is one, which spares conversions that GPUs are slow at.
DEVICE void magnitudes_of(const MergeTensors& tensors, int input, int64 place, int to, uint32 (&magnitudes)[RUN]) {
    const Operand& base = tensors.operands[0];
    const Operand& model = tensors.operands[input + 1];
    if (base.dtype == F64 || model.dtype == F64) {
        double start[RUN];
        double values[RUN];
        load_run(base, place, 0, to, start);
        load_run(model, place, 0, to, values);
        for (int i = 0; i < RUN; i++) {
            magnitudes[i] = magnitude_of(values[i] - start[i]);
        }
    } else {
        float start[RUN];
        float values[RUN];
        load_run(base, place, 0, to, start);
        load_run(model, place, 0, to, values);
        for (int i = 0; i < RUN; i++) {
            magnitudes[i] = magnitude_of(values[i] - start[i]);
        }
    }
}

// Calls merge(place, to, results) for every run of elements; whatever it writes to results [0, to) is stored.
template <typename Merge>
DEVICE void map_runs(const MergeTensors& tensors, const Merge& merge) {
    const int64 step = global_thread_count() * RUN;
    for (int64 place = global_thread() * RUN; place < tensors.count; place += step) {
        const int to = tensors.count - place < RUN ? static_cast<int>(tensors.count - place) : RUN;
        double results[RUN];
        merge(place, to, results);
        store_run(tensors.output, tensors.output_type, place, 0, to, results);
    }
}

// Adds the values of sixteen neighbouring threads as the CPU device adds the lanes of its vectors: every thread of a warp must call it.
DEVICE double lane_sum(double value) {
    value += __shfl_xor_sync(FULL_WARP, value, 8);
    value += __shfl_xor_sync(FULL_WARP, value, 4);
    value += __shfl_xor_sync(FULL_WARP, value, 2);
    return value + __shfl_xor_sync(FULL_WARP, value, 1);
}

// The same for eight lanes.
DEVICE double half_lane_sum(double value) {
    value += __shfl_xor_sync(FULL_WARP, value, 4);
    value += __shfl_xor_sync(FULL_WARP, value, 2);
    return value + __shfl_xor_sync(FULL_WARP, value, 1);
}
