// How much models differ at a place.
#pragma once
#include "merge.cuh"

// The standard deviations of a run of places over the models, as the bits of floats. Differences from the first model are what is
// squared, so that models which agree have a spread of exactly zero, and so that a base would cancel.
DEVICE void spreads_of(const MergeTensors& tensors, int64 place, int to, uint32 (&spreads)[RUN]) {
    const Operand* models = tensors.operands + tensors.has_base;
    const double count = tensors.input_count;
    double first[RUN];
    double values[RUN];
    double means[RUN] = {};
    double sums[RUN];
    load_run(models[0], place, 0, to, first);
    for (int model = 1; model < tensors.input_count; model++) {
        load_run(models[model], place, 0, to, values);
        for (int i = 0; i < RUN; i++) {
            means[i] += values[i] - first[i];
        }
    }
    for (int i = 0; i < RUN; i++) {
        means[i] /= count;
        sums[i] = means[i] * means[i];
    }
    for (int model = 1; model < tensors.input_count; model++) {
        load_run(models[model], place, 0, to, values);
        for (int i = 0; i < RUN; i++) {
            const double distance = values[i] - first[i] - means[i];
            sums[i] += distance * distance;
        }
    }
    for (int i = 0; i < RUN; i++) {
        spreads[i] = magnitude_of(sqrt(sums[i] / count));
    }
}
