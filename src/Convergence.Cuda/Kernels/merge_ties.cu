// Task vectors trimmed by magnitude, then added or put to the vote.
#include "merge.cuh"
#include "votes.cuh"

struct TiesArgs {
    MergeTensors tensors;
    double weights[MAX_INPUTS];
    Cut cuts[MAX_INPUTS];
    // Where the cuts are still on the device: all that were looked for together, and which of them is whose; else null.
    const Cut* table;
    int places[MAX_INPUTS];
    double lambda;
    int normalize;
    int zero_is_negative;
};

// The least magnitude that stays at an index. No magnitude reaches that of a cut that keeps nothing.
DEVICE uint32 threshold_of(const Cut& cut, int64 index) {
    return index <= cut.last_tie ? cut.magnitude : cut.magnitude < 0x7FFFFFFF ? cut.magnitude + 1 : 0x7FFFFFFF;
}

// TIES (arXiv 2306.01708).
KERNEL_BY_TWO(merge_ties, TiesArgs) {
    const MergeTensors& tensors = args.tensors;
    map_runs(tensors, [&](int64 place, int to, double (&results)[RUN]) {
        double start[RUN];
        double values[RUN];
        SignVote votes[RUN] = {};
        load_run(tensors.operands[0], place, 0, to, start);
        for (int input = 0; input < tensors.input_count; input++) {
            const double weight = args.weights[input];
            const Cut cut = args.table != nullptr ? args.table[args.places[input]] : args.cuts[input];
            load_run(tensors.operands[input + 1], place, 0, to, values);
            for (int i = 0; i < RUN; i++) {
                const bool stays = magnitude_of(values[i] - start[i]) >= threshold_of(cut, tensors.first_index + place + i);
                const double value = weight * ((stays ? values[i] : start[i]) - start[i]);
                add_vote(votes[i], value);
                if (args.normalize) {
                    add_vote_weight(votes[i], value, weight);
                }
            }
        }
        for (int i = 0; i < RUN; i++) {
            results[i] = start[i] + elected_change(votes[i], args.zero_is_negative, args.lambda, args.normalize);
        }
    });
}

struct SignBalanceArgs {
    MergeTensors tensors;
    double weights[MAX_INPUTS];
    Cut cuts[MAX_INPUTS];
    uint64* balance;
};

// balance += elements that elect plus less those that elect minus; a draw counts for neither.
KERNEL(sum_elected_signs, SignBalanceArgs) {
    const MergeTensors& tensors = args.tensors;
    int64 balance = 0;
    for (int64 place = global_thread() * RUN; place < tensors.count; place += global_thread_count() * RUN) {
        const int to = tensors.count - place < RUN ? static_cast<int>(tensors.count - place) : RUN;
        double start[RUN];
        double values[RUN];
        SignVote votes[RUN] = {};
        load_run(tensors.operands[0], place, 0, to, start);
        for (int input = 0; input < tensors.input_count; input++) {
            load_run(tensors.operands[input + 1], place, 0, to, values);
            for (int i = 0; i < RUN; i++) {
                const bool stays =
                    magnitude_of(values[i] - start[i]) >= threshold_of(args.cuts[input], tensors.first_index + place + i);
                add_vote(votes[i], args.weights[input] * ((stays ? values[i] : start[i]) - start[i]));
            }
        }
        for (int i = 0; i < RUN; i++) {
            const double sum = votes[i].positive + votes[i].negative;
            balance += sum > 0 ? 1 : sum < 0 ? -1 : 0;
        }
    }
    if (balance != 0) {
        atomicAdd(args.balance, static_cast<uint64>(balance));
    }
}

struct MergeBandsArgs {
    MergeTensors tensors;
    SparseJoin join;
    Cut outer[MAX_INPUTS];
    Cut inner[MAX_INPUTS];
};

// Task vectors of which the magnitudes between two cuts take part.
KERNEL(merge_bands, MergeBandsArgs) {
    const MergeTensors& tensors = args.tensors;
    const SparseJoin& join = args.join;
    map_runs(tensors, [&](int64 place, int to, double (&results)[RUN]) {
        double start[RUN];
        double values[RUN];
        double sums[RUN] = {};
        SignVote votes[RUN] = {};
        load_run(tensors.operands[0], place, 0, to, start);
        for (int input = 0; input < tensors.input_count; input++) {
            load_run(tensors.operands[input + 1], place, 0, to, values);
            for (int i = 0; i < RUN; i++) {
                const int64 index = tensors.first_index + place + i;
                const uint32 magnitude = magnitude_of(values[i] - start[i]);
                const bool stays =
                    magnitude >= threshold_of(args.outer[input], index) && magnitude < threshold_of(args.inner[input], index);
                const double delta = (stays ? values[i] : start[i]) - start[i];
                if (join.elect_sign) {
                    const double value = join.votes[input] * delta;
                    add_vote(votes[i], value);
                    add_vote_weight(votes[i], value, join.weights[input]);
                } else {
                    sums[i] += join.sums[input] * delta;
                }
            }
        }
        for (int i = 0; i < RUN; i++) {
            results[i] = start[i]
                + (join.elect_sign ? elected_change(votes[i], join.zero_is_negative, join.lambda, join.normalize) : sums[i]);
        }
    });
}

struct SumMagnitudesArgs {
    MergeTensors tensors;
    Cut outer[MAX_INPUTS];
    Cut inner[MAX_INPUTS];
    double* sums;
};

// The first index of the next piece of a tile: pieces end before and after the sixteen elements that hold a cut's last tie, in the order
// in which the CPU device adds.
DEVICE int64 piece_end(const Cut& cut, int64 index, int64 end) {
    if (cut.last_tie < index || cut.last_tie >= end) {
        return end;
    }
    const int64 before = (cut.last_tie - index) / LANES * LANES;
    const int64 next = index + (before > LANES ? before : LANES);
    return next < end ? next : end;
}

// sums[(tile * inputs + i) * 2] = sum |delta_i| of the tile, and behind it that of the elements inside the band. Eight threads per tile
// and input, each of which adds two of every sixteen elements.
KERNEL(sum_magnitudes, SumMagnitudesArgs) {
    const MergeTensors& tensors = args.tensors;
    const int lane = threadIdx.x & 7;
    const int64 group = global_thread() / 8;
    const int64 tile = group / tensors.input_count;
    const int input = static_cast<int>(group % tensors.input_count);
    const int64 start = tile * TILE;
    // Zeros complete the last 256 elements.
    const int64 padded = tensors.count - start < TILE ? (tensors.count + 255) / 256 * 256 : start + TILE;
    double tile_total = 0;
    double tile_kept = 0;
    // Every thread of a warp takes part in each of the sums, so all go round as often as the slowest.
    int64 index = start;
    bool is_active = start < tensors.count;
    while (__ballot_sync(FULL_WARP, is_active) != 0) {
        int64 stop = padded;
        double total = 0;
        double kept = 0;
        if (is_active) {
            for (int other = 0; other < tensors.input_count; other++) {
                const int64 outer_end = piece_end(args.outer[other], index, padded);
                const int64 inner_end = piece_end(args.inner[other], index, padded);
                stop = outer_end < stop ? outer_end : stop;
                stop = inner_end < stop ? inner_end : stop;
            }
            const Cut outer = args.outer[input];
            const Cut inner = args.inner[input];
            for (int64 step = index; step < stop; step += LANES) {
                double all[2] = {};
                double inside[2] = {};
                for (int half = 0; half < 2; half++) {
                    const int64 place = step + lane + 8 * half;
                    if (place < tensors.count) {
                        const double delta = load_element(tensors.operands[input + 1], place) - load_element(tensors.operands[0], place);
                        const uint32 magnitude = magnitude_of(delta);
                        all[half] = clear_sign(delta);
                        inside[half] = magnitude >= threshold_of(outer, place) && magnitude < threshold_of(inner, place) ? all[half] : 0;
                    }
                }
                total += all[0] + all[1];
                kept += inside[0] + inside[1];
            }
        }
        tile_total += half_lane_sum(total);
        tile_kept += half_lane_sum(kept);
        index = stop;
        is_active = is_active && index < padded;
    }
    if (lane == 0 && start < tensors.count) {
        args.sums[group * 2] = tile_total;
        args.sums[group * 2 + 1] = tile_kept;
    }
}
