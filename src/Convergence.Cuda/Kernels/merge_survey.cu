// What one reading tells about tensors: damage, largest elements, and the survey of task vectors.
#include "merge.cuh"

struct LookArgs {
    MergeTensors tensors;
    uint64* result;
};

// result += elements that are NaN or infinite.
KERNEL(count_non_finite, LookArgs) {
    const MergeTensors& tensors = args.tensors;
    uint64 found = 0;
    for (int64 place = global_thread() * RUN; place < tensors.count; place += global_thread_count() * RUN) {
        double values[RUN];
        load_run(tensors.operands[0], place, 0, tensors.count - place < RUN ? static_cast<int>(tensors.count - place) : RUN, values);
        for (int i = 0; i < RUN; i++) {
            found += __double_as_longlong(clear_sign(values[i])) >= 0x7FF0000000000000ll ? 1 : 0;
        }
    }
    if (found != 0) {
        atomicAdd(args.result, found);
    }
}

// result = the bits of the largest |element|, whose order is that of the magnitudes, NaN above all.
KERNEL(find_largest, LookArgs) {
    const MergeTensors& tensors = args.tensors;
    uint64 largest = 0;
    for (int64 place = global_thread() * RUN; place < tensors.count; place += global_thread_count() * RUN) {
        double values[RUN];
        load_run(tensors.operands[0], place, 0, tensors.count - place < RUN ? static_cast<int>(tensors.count - place) : RUN, values);
        for (int i = 0; i < RUN; i++) {
            const uint64 bits = static_cast<uint64>(__double_as_longlong(clear_sign(values[i])));
            largest = bits > largest ? bits : largest;
        }
    }
    if (largest != 0) {
        atomicMax(args.result, largest);
    }
}

struct SurveyArgs {
    MergeTensors tensors;
    // Per tile (inputs + 1)^2 products of b and the d_i, inputs sums of |d_i|, inputs largest |d_i|.
    double* sums;
    // Conflicts; inputs + 1 damaged; inputs unchanged; inputs large; inputs^2 conflicts of pairs.
    uint64* counts;
    double large_bound;
    int sum_count;
    int reserved;
};

DEVICE void add_count(uint64* count, uint64 found) {
    if (found != 0) {
        atomicAdd(count, found);
    }
}

// Of the sixteen threads that add up a tile one has somewhere to put the sums.
DEVICE void put(double* sums, int place, double sum) {
    if (sums != nullptr) {
        sums[place] = sum;
    }
}

DEVICE bool is_damaged(double value) { return __double_as_longlong(clear_sign(value)) >= 0x7FF0000000000000ll; }

// The base alone: sixteen lanes.
DEVICE void survey_base(const SurveyArgs& args, int64 start, int64 end, double* sums) {
    double energy = 0;
    uint64 damaged = 0;
    for (int64 place = start + threadIdx.x % LANES; place < end; place += LANES) {
        const double value = load_element(args.tensors.operands[0], place);
        energy += value * value;
        damaged += is_damaged(value) ? 1 : 0;
    }
    put(sums, 0, lane_sum(energy));
    add_count(&args.counts[1], damaged);
}

// An input beside the base: eight lanes, each of which takes two of every sixteen elements one after the other.
DEVICE void survey_input(const SurveyArgs& args, int input, int64 start, int64 end, double* sums) {
    const int inputs = args.tensors.input_count;
    const int lane = threadIdx.x % LANES;
    double along_base = 0;
    double energy = 0;
    double magnitudes = 0;
    double largest = 0;
    uint64 damaged = 0;
    uint64 unchanged = 0;
    uint64 large = 0;
    for (int64 place = lane < 8 ? start + lane : end; place < end; place += 8) {
        const double origin = load_element(args.tensors.operands[0], place);
        const double value = load_element(args.tensors.operands[input + 1], place);
        const double delta = value - origin;
        const double magnitude = clear_sign(delta);
        along_base += origin * delta;
        energy += delta * delta;
        magnitudes += magnitude;
        largest = magnitude > largest ? magnitude : largest;
        damaged += is_damaged(value) ? 1 : 0;
        unchanged += value == origin ? 1 : 0;
        large += magnitude > args.large_bound ? 1 : 0;
    }
    for (int distance = 4; distance > 0; distance /= 2) {
        const double other = __shfl_xor_sync(FULL_WARP, largest, distance);
        largest = other > largest ? other : largest;
    }
    put(sums, input + 1, half_lane_sum(along_base));
    put(sums, (input + 1) * (inputs + 1) + input + 1, half_lane_sum(energy));
    put(sums, (inputs + 1) * (inputs + 1) + input, half_lane_sum(magnitudes));
    put(sums, (inputs + 1) * (inputs + 1) + inputs + input, largest);
    add_count(&args.counts[2 + input], damaged);
    add_count(&args.counts[2 + inputs + input], unchanged);
    add_count(&args.counts[2 + 2 * inputs + input], large);
}

// Two inputs: sixteen lanes. Signs are compared, not products: those of tiny doubles vanish.
DEVICE void survey_pair(const SurveyArgs& args, int first, int second, int64 start, int64 end, double* sums) {
    const int inputs = args.tensors.input_count;
    double product = 0;
    uint64 conflicts = 0;
    for (int64 place = start + threadIdx.x % LANES; place < end; place += LANES) {
        const double origin = load_element(args.tensors.operands[0], place);
        const double a = load_element(args.tensors.operands[first + 1], place) - origin;
        const double b = load_element(args.tensors.operands[second + 1], place) - origin;
        product += a * b;
        conflicts += (a > 0 && b < 0) || (a < 0 && b > 0) ? 1 : 0;
    }
    put(sums, (first + 1) * (inputs + 1) + second + 1, lane_sum(product));
    add_count(&args.counts[2 + 3 * inputs + first * inputs + second], conflicts);
}

// Elements that some input moves up and another down.
DEVICE void survey_conflicts(const SurveyArgs& args, int64 start, int64 end) {
    uint64 conflicts = 0;
    for (int64 place = start + threadIdx.x % LANES; place < end; place += LANES) {
        const double origin = load_element(args.tensors.operands[0], place);
        bool up = false;
        bool down = false;
        for (int input = 0; input < args.tensors.input_count; input++) {
            const double value = load_element(args.tensors.operands[input + 1], place);
            up = up || value > origin;
            down = down || value < origin;
        }
        conflicts += up && down ? 1 : 0;
    }
    add_count(&args.counts[0], conflicts);
}


// A warp looks at one thing in two tiles, one for each of its halves; the things of a tile follow each other: the base, every input,
// every pair of inputs and, where there are more than two, all of them together.
KERNEL(survey_tiles, SurveyArgs) {
    const int inputs = args.tensors.input_count;
    const int pairs = inputs * (inputs - 1) / 2;
    const int tasks = 1 + inputs + pairs + (inputs > 2 ? 1 : 0);
    const int64 warp = global_thread() / WARP_SIZE;
    const int task = static_cast<int>(warp % tasks);
    const int64 tile = warp / tasks * 2 + (threadIdx.x % WARP_SIZE) / LANES;
    const int64 begin = tile * TILE;
    const int64 start = begin < args.tensors.count ? begin : args.tensors.count;
    const int64 end = args.tensors.count - start < TILE ? args.tensors.count : start + TILE;
    double* sums = begin < args.tensors.count && threadIdx.x % LANES == 0 ? args.sums + tile * args.sum_count : nullptr;
    if (task == 0) {
        survey_base(args, start, end, sums);
    } else if (task <= inputs) {
        survey_input(args, task - 1, start, end, sums);
    } else if (task <= inputs + pairs) {
        int first = 0;
        int second = task - 1 - inputs;
        while (second >= inputs - 1 - first) {
            second -= inputs - 1 - first;
            first++;
        }
        survey_pair(args, first, first + 1 + second, start, end, sums);
    } else {
        survey_conflicts(args, start, end);
    }
}
