// Task vectors of which elements are kept at random: DARE (arXiv 2311.03099) and MAGPRUNE (DELLA, arXiv 2406.11617).
#include "masks.cuh"
#include "votes.cuh"

// Joins what masks leave of the task vectors, chunk by chunk: mask_of(run, input) is called by whole warps. A kernel either votes or adds:
// one that could do both would hold the registers of both, and half as many of its threads would find room on a multiprocessor.
template <bool ELECTS_SIGN, typename MaskOf>
DEVICE void merge_masked_chunks(const MergeTensors& tensors, const SparseJoin& join, const ChunkGrid& grid, const MaskOf& mask_of) {
    const int64 chunk_count = grid.row_count * grid.chunks_per_row;
    for (int64 chunk = global_thread() / WARP_SIZE; chunk < chunk_count; chunk += global_thread_count() / WARP_SIZE) {
        const Run run = run_of(grid, chunk);
        double start[RUN];
        double values[RUN];
        double results[RUN] = {};
        SignVote votes[ELECTS_SIGN ? RUN : 1] = {};
        load_run(tensors.operands[0], run.place, run.from, run.to, start);
        for (int input = 0; input < tensors.input_count; input++) {
            const uint32 mask = mask_of(run, input);
            load_run(tensors.operands[input + 1], run.place, run.from, run.to, values);
            for (int i = 0; i < RUN; i++) {
                const bool keeps = (mask >> i) & 1;
                const double delta = values[i] - start[i];
                if constexpr (ELECTS_SIGN) {
                    const double value = keeps ? join.votes[input] * delta : 0;
                    add_vote(votes[i], value);
                    if (join.normalize) {
                        add_vote_weight(votes[i], value, join.weights[input]);
                    }
                } else {
                    results[i] = keeps ? results[i] + join.sums[input] * delta : results[i];
                }
            }
        }
        for (int i = 0; i < RUN; i++) {
            if constexpr (ELECTS_SIGN) {
                results[i] = elected_change(votes[i], join.zero_is_negative, join.lambda, join.normalize);
            }
            results[i] = start[i] + results[i];
        }
        store_run(tensors.output, tensors.output_type, run.place, run.from, run.to, results);
    }
}

struct DareArgs {
    MergeTensors tensors;
    SparseJoin join;
    ChunkGrid grid;
    uint64 bounds[MAX_INPUTS];
    uint64 key;
};

// Masks are drawn and used in one pass.
template <bool ELECTS_SIGN>
DEVICE void merge_drawn(const DareArgs& args) {
    merge_masked_chunks<ELECTS_SIGN>(args.tensors, args.join, args.grid, [&](const Run& run, int input) {
        return args.bounds[input] == 0 ? 0xFF : draw_mask(args.key, input, args.bounds[input], run.index);
    });
}

KERNEL(merge_dare, DareArgs) { merge_drawn<false>(args); }

KERNEL(merge_dare_elected, DareArgs) { merge_drawn<true>(args); }

struct MergeMaskedArgs {
    MergeTensors tensors;
    SparseJoin join;
    ChunkGrid grid;
    const uint8* masks;
    int64 mask_stride;
};

// Masks are those that draw_masks left in memory, from this call's first chunk on.
template <bool ELECTS_SIGN>
DEVICE void merge_kept(const MergeMaskedArgs& args) {
    merge_masked_chunks<ELECTS_SIGN>(args.tensors, args.join, args.grid, [&](const Run& run, int input) -> uint32 {
        return args.masks[input * args.mask_stride + run.chunk * WARP_SIZE + threadIdx.x % WARP_SIZE];
    });
}

KERNEL(merge_masked, MergeMaskedArgs) { merge_kept<false>(args); }

KERNEL_BY_TWO(merge_masked_elected, MergeMaskedArgs) { merge_kept<true>(args); }

struct RankedArgs {
    ChunkGrid grid;
    uint64 key;
    double lowest[MAX_INPUTS];
    double steps[MAX_INPUTS];
    const uint32* ranks[MAX_INPUTS];
};

struct DrawMasksArgs {
    RankedArgs ranked;
    uint64 bounds[MAX_INPUTS];
    uint8* masks;
    int64 mask_stride;
    int input_count;
    int has_ranks;
};

// Draws the masks of a whole tensor: a byte per run.
KERNEL(draw_masks, DrawMasksArgs) {
    const RankedArgs& ranked = args.ranked;
    const int64 chunk_count = ranked.grid.row_count * ranked.grid.chunks_per_row;
    for (int64 chunk = global_thread() / WARP_SIZE; chunk < chunk_count; chunk += global_thread_count() / WARP_SIZE) {
        const Run run = run_of(ranked.grid, chunk);
        for (int input = 0; input < args.input_count; input++) {
            const uint32 mask = args.has_ranks
                ? draw_ranked_mask(ranked.key, input, ranked.lowest[input], ranked.steps[input], ranked.ranks[input], run)
                : draw_mask(ranked.key, input, args.bounds[input], run.index);
            args.masks[input * args.mask_stride + chunk * WARP_SIZE + threadIdx.x % WARP_SIZE] = static_cast<uint8>(mask);
        }
    }
}

struct MergeSampledArgs {
    MergeTensors tensors;
    SparseJoin join;
    RankedArgs ranked;
};

// Every kept element over the probability with which it was kept.
KERNEL(merge_sampled, MergeSampledArgs) {
    const MergeTensors& tensors = args.tensors;
    const SparseJoin& join = args.join;
    const RankedArgs& ranked = args.ranked;
    const int64 chunk_count = ranked.grid.row_count * ranked.grid.chunks_per_row;
    for (int64 chunk = global_thread() / WARP_SIZE; chunk < chunk_count; chunk += global_thread_count() / WARP_SIZE) {
        const Run run = run_of(ranked.grid, chunk);
        double start[RUN];
        double values[RUN];
        double results[RUN] = {};
        SignVote votes[RUN] = {};
        load_run(tensors.operands[0], run.place, run.from, run.to, start);
        for (int input = 0; input < tensors.input_count; input++) {
            const uint32* ranks = ranked.ranks[input];
            const uint32 mask = draw_ranked_mask(ranked.key, input, ranked.lowest[input], ranked.steps[input], ranks, run);
            const double factor = join.elect_sign ? join.votes[input] : join.sums[input];
            load_run(tensors.operands[input + 1], run.place, run.from, run.to, values);
            for (int i = 0; i < RUN; i++) {
                const uint32 rank = ranks == nullptr || i < run.from || i >= run.to ? 0 : ranks[run.place + i];
                const double kept = (mask >> i) & 1 ? factor * (values[i] - start[i]) : 0;
                const double value = kept / (ranked.lowest[input] + ranked.steps[input] * rank);
                if (join.elect_sign) {
                    add_vote(votes[i], value);
                    add_vote_weight(votes[i], value, join.weights[input]);
                } else {
                    results[i] += value;
                }
            }
        }
        for (int i = 0; i < RUN; i++) {
            results[i] = start[i]
                + (join.elect_sign ? elected_change(votes[i], join.zero_is_negative, join.lambda, join.normalize) : results[i]);
        }
        store_run(tensors.output, tensors.output_type, run.place, run.from, run.to, results);
    }
}

struct SumMaskedArgs {
    MergeTensors tensors;
    ChunkGrid grid;
    const uint8* masks;
    int64 mask_stride;
    // Elements over which a sum is taken: a tile, or a row.
    int64 segment_length;
    int64 segment_count;
    double* sums;
};

// sums[(segment * inputs + i) * 2] = sum |delta_i|, of magnitudes rounded to floats, and behind it that of the kept elements.
KERNEL(sum_masked, SumMaskedArgs) {
    const MergeTensors& tensors = args.tensors;
    const int lane = threadIdx.x % LANES;
    const int64 group = global_thread() / LANES;
    const int64 segment = group / tensors.input_count;
    const int input = static_cast<int>(group % tensors.input_count);
    const bool is_active = segment < args.segment_count;
    const int64 start = segment * args.segment_length;
    const int64 rest = tensors.count - start;
    const int64 length = !is_active ? 0 : rest < args.segment_length ? rest : args.segment_length;
    double total = 0;
    double kept = 0;
    for (int64 i = lane; i < length; i += LANES) {
        const int64 place = start + i;
        const int64 row = place / args.grid.row_length;
        const int64 in_row = place - row * args.grid.row_length;
        const uint8 mask = args.masks[input * args.mask_stride + row * args.grid.chunks_per_row * WARP_SIZE + in_row / RUN];
        const double delta = load_element(tensors.operands[input + 1], place) - load_element(tensors.operands[0], place);
        const double magnitude = __uint_as_float(magnitude_of(delta));
        total += magnitude;
        kept += (mask >> (in_row % RUN)) & 1 ? magnitude : 0;
    }
    total = lane_sum(total);
    kept = lane_sum(kept);
    if (lane == 0 && is_active) {
        args.sums[group * 2] = total;
        args.sums[group * 2 + 1] = kept;
    }
}
