// SCE (arXiv 2408.07990): the places where models differ most, their energies, and the mean of what agrees there.
#include "spreads.cuh"
#include "votes.cuh"

struct SpreadArgs {
    MergeTensors tensors;
    double shares[MAX_INPUTS];
    Cut cut;
    double* sums;
    int keeps_all;
    int reserved;
};

// Bit i is set where the cut keeps the spread of element i of a run.
DEVICE uint32 kept_places(const SpreadArgs& args, int64 place, int to) {
    if (args.keeps_all) {
        return 0xFF;
    }
    uint32 spreads[RUN];
    uint32 kept = 0;
    spreads_of(args.tensors, place, to, spreads);
    for (int i = 0; i < RUN; i++) {
        kept |= keeps(args.cut, spreads[i], args.tensors.first_index + place + i) ? 1u << i : 0;
    }
    return kept;
}

KERNEL(merge_spread, SpreadArgs) {
    const MergeTensors& tensors = args.tensors;
    map_runs(tensors, [&](int64 place, int to, double (&results)[RUN]) {
        double start[RUN];
        double values[RUN];
        SignVote votes[RUN] = {};
        double weights[RUN] = {};
        const uint32 kept = kept_places(args, place, to);
        load_run(tensors.operands[0], place, 0, to, start);
        for (int input = 0; input < tensors.input_count; input++) {
            load_run(tensors.operands[input + 1], place, 0, to, values);
            for (int i = 0; i < RUN; i++) {
                add_vote(votes[i], ((kept >> i) & 1 ? values[i] : start[i]) - start[i]);
            }
        }
        for (int i = 0; i < RUN; i++) {
            results[i] = 0;
        }
        for (int input = 0; input < tensors.input_count; input++) {
            load_run(tensors.operands[input + 1], place, 0, to, values);
            for (int i = 0; i < RUN; i++) {
                const double delta = ((kept >> i) & 1 ? values[i] : start[i]) - start[i];
                const bool agrees = elects_minus(votes[i], false) ? delta < 0 : delta > 0;
                results[i] += agrees ? args.shares[input] * delta : 0;
                weights[i] += agrees ? args.shares[input] : 0;
            }
        }
        for (int i = 0; i < RUN; i++) {
            results[i] = start[i] + results[i] / (weights[i] == 0 ? 1 : weights[i]);
        }
    });
}

// sums[tile * inputs + i] = the sum of delta_i^2 over the tile's places that the cut keeps. Sixteen threads per tile, input by input.
KERNEL(sum_spread_energies, SpreadArgs) {
    const MergeTensors& tensors = args.tensors;
    const int lane = threadIdx.x % LANES;
    const int64 group = global_thread() / LANES;
    const int64 tile = group / tensors.input_count;
    const int input = static_cast<int>(group % tensors.input_count);
    const int64 rest = tensors.count - tile * TILE;
    const int64 end = tile * TILE + (rest < TILE ? rest : TILE);
    double sum = 0;
    for (int64 place = tile * TILE + lane; place < end; place += LANES) {
        if (kept_places(args, place, 1) & 1) {
            const double delta = load_element(tensors.operands[input + 1], place) - load_element(tensors.operands[0], place);
            sum += delta * delta;
        }
    }
    sum = lane_sum(sum);
    if (lane == 0 && tile * TILE < tensors.count) {
        args.sums[group] = sum;
    }
}
