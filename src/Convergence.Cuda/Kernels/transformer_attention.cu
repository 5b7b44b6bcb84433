// Causal scaled dot-product attention with grouped queries over ragged sequences, by tiles of keys with a running softmax (Milakov and
// Gimelshein, arXiv 1805.02867; Dao, arXiv 2307.08691). A block takes some rows of one key/value head, a row being a query in one of
// the query heads that read this head, so that keys and values are fetched once for all of them.
//
// The keys of a row are taken in stretches of 512 from its sequence's start, each with a softmax of its own, which are joined in their
// order. One block does so for all stretches of its rows, or, where there are few rows and many keys, a block takes one stretch and
// join_stretches does the rest. Whatever the blocks, a row sums in the same order: its bits depend neither on the other rows nor on
// whether it is one step of decoding or part of a prompt.
#include "transformer.cuh"

struct AttentionArgs {
    Matrix query;
    Matrix key;
    Matrix value;
    Matrix output;
    const int* spans;   // per sequence: first query, queries, first key, keys
    const int* items;   // per block: sequence, first row
    float* partials;    // per row of the queries, head and stretch: largest score, sum of shares, and what they mix
    int heads;          // query heads
    int group;          // query heads per key/value head
    int head_size;
    int slices;         // a head's columns in strips of a kernel's depth; a block mixes the values of one
    int stretches;      // that blocks of their own take; 1 when every block takes all of its rows'
    int block_rows;
    float scale;
    int aligned;
};

constexpr int STRETCH = 512;

// Threads that share a row: they take every sixteenth key of its scores, and neighbouring columns of its values.
constexpr int SHARERS = 16;

struct Rows {
    int first_query, first_key, visible_before, head, group, first, count, keys;
};

// The rows of a block in a key/value head. A row r is query r / group in query head r % group of the key/value head.
DEVICE Rows rows_of_block(const AttentionArgs& args, int head) {
    const int* item = args.items + 2 * blockIdx.x;
    const int* span = args.spans + 4 * item[0];
    Rows rows;
    rows.first_query = span[0];
    rows.first_key = span[2];
    rows.visible_before = span[3] - span[1];
    rows.head = head;
    rows.group = args.group;
    rows.first = item[1];
    rows.count = min(args.block_rows, span[1] * args.group - item[1]);
    rows.keys = rows.visible_before + (rows.first + rows.count - 1) / args.group + 1;
    return rows;
}

DEVICE int visible_keys(const Rows& rows, int row) { return rows.visible_before + (rows.first + row) / rows.group + 1; }

DEVICE int query_of(const Rows& rows, int row) { return rows.first_query + (rows.first + row) / rows.group; }

DEVICE int head_of(const Rows& rows, int row) { return rows.head * rows.group + (rows.first + row) % rows.group; }

DEVICE float* row_start(const Matrix& matrix, const Rows& rows, int row, int head_size) {
    return row_of(matrix, query_of(rows, row)) + head_of(rows, row) * head_size;
}

// Two numbers, then a number for each column of the head.
DEVICE float* partial_of(const AttentionArgs& args, const Rows& rows, int row, int stretch) {
    const int64 place = static_cast<int64>(query_of(rows, row)) * args.heads + head_of(rows, row);
    return args.partials + (place * args.stretches + stretch) * (args.head_size + 2);
}

// What is known of a row's scores so far: the largest, and the sum of e^(score - largest).
struct Softmax {
    float largest, sum;
};

// Of two stretches; what was mixed of the first is to be multiplied by keep and what of the second by add before they are added.
DEVICE Softmax join(const Softmax& first, const Softmax& second, float& keep, float& add) {
    const float largest = fmaxf(first.largest, second.largest);
    keep = expf(first.largest - largest);
    add = expf(second.largest - largest);
    return {largest, fmaf(first.sum, keep, second.sum * add)};
}

// Neighbouring elements of a tile, float or bfloat16, in one load.
template <int WIDTH>
struct alignas(WIDTH * sizeof(float)) Floats {
    float values[WIDTH];
};

template <int WIDTH>
struct alignas(WIDTH * sizeof(uint16)) Pairs {
    uint32 words[WIDTH / 2];
};

template <int WIDTH>
DEVICE void load_columns(const float* start, float (&columns)[WIDTH]) {
    const Floats<WIDTH> loaded = *reinterpret_cast<const Floats<WIDTH>*>(start);
    for (int i = 0; i < WIDTH; i++) {
        columns[i] = loaded.values[i];
    }
}

template <int WIDTH>
DEVICE void load_columns(const uint16* start, float (&columns)[WIDTH]) {
    const Pairs<WIDTH> loaded = *reinterpret_cast<const Pairs<WIDTH>*>(start);
    for (int i = 0; i < WIDTH / 2; i++) {
        columns[2 * i] = widen_bf16(loaded.words[i]);
        columns[2 * i + 1] = __uint_as_float(loaded.words[i] & 0xFFFF0000);
    }
}

DEVICE void put_four(float* place, const Four& four) { *reinterpret_cast<Four*>(place) = four; }

DEVICE void put_four(uint16* place, const Four& four) {
    const uint32 low = narrow_bf16(four.values[0]) | (narrow_bf16(four.values[1]) << 16);
    const uint32 high = narrow_bf16(four.values[2]) | (narrow_bf16(four.values[3]) << 16);
    *reinterpret_cast<uint64*>(place) = low | (static_cast<uint64>(high) << 32);
}

// Rows of a matrix, times a factor, into shared memory, padded with zeros to DEPTH columns and to all rows of the tile.
template <int DEPTH, int PITCH, class Element, class RowStart>
DEVICE void fill(Element* tile, int tile_rows, int rows, int columns, bool aligned, float factor, RowStart start) {
    constexpr int STEPS = DEPTH / STEP;
    for (int item = threadIdx.x; item < tile_rows * STEPS; item += blockDim.x) {
        const int row = item / STEPS;
        const int column = (item - row * STEPS) * STEP;
        Four four = {};
        if (row < rows) {
            four = load_four(start(row), column, columns, aligned);
            for (int i = 0; i < STEP; i++) {
                four.values[i] *= factor;
            }
        }
        put_four(tile + row * PITCH + column, four);
    }
}

DEVICE float sum_over_sharers(float value) {
    for (int distance = SHARERS / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(FULL_WARP, value, distance);
    }
    return value;
}

DEVICE float largest_of_sharers(float value) {
    for (int distance = SHARERS / 2; distance > 0; distance /= 2) {
        value = fmaxf(value, __shfl_xor_sync(FULL_WARP, value, distance));
    }
    return value;
}

// Element: what tiles hold. DEPTH: columns of a slice, padded. KEYS: keys of a tile. HEIGHT: rows of a thread. TEAMS: groups of SHARERS
// threads in the block.
template <class Element, int DEPTH, int KEYS, int HEIGHT, int TEAMS>
struct Attention {
    static constexpr int LOAD = 16 / sizeof(Element);
    static constexpr int PITCH = DEPTH + LOAD;  // so that neighbouring keys begin in different banks
    static constexpr int ROWS = HEIGHT * TEAMS;
    static constexpr int OWN_KEYS = KEYS / SHARERS;
    static constexpr int WIDTH = DEPTH / SHARERS < LOAD ? DEPTH / SHARERS : LOAD;
    static constexpr int STRIPS = DEPTH / (SHARERS * WIDTH);

    Softmax before[HEIGHT];  // of the stretches that are done
    Softmax own[HEIGHT];     // of this one
    float mixed[HEIGHT][STRIPS][WIDTH];
    float scores[HEIGHT][OWN_KEYS];

    __device__ __forceinline__ void begin() {
        for (int i = 0; i < HEIGHT; i++) {
            own[i] = {-infinity(), 0.0f};
            for (int strip = 0; strip < STRIPS; strip++) {
                for (int j = 0; j < WIDTH; j++) {
                    mixed[i][strip][j] = 0.0f;
                }
            }
        }
    }

    // Adds the products of a slice's columns.
    __device__ __forceinline__ void score(const Element* queries, const Element* keys) {
        const int sharer = threadIdx.x % SHARERS;
        const int first_row = threadIdx.x / SHARERS * HEIGHT;
#pragma unroll 4
        for (int column = 0; column < DEPTH; column += LOAD) {
            float key[OWN_KEYS][LOAD];
            for (int k = 0; k < OWN_KEYS; k++) {
                load_columns(keys + (sharer + k * SHARERS) * PITCH + column, key[k]);
            }
            for (int i = 0; i < HEIGHT; i++) {
                float query[LOAD];
                load_columns(queries + (first_row + i) * PITCH + column, query);
                for (int k = 0; k < OWN_KEYS; k++) {
                    for (int j = 0; j < LOAD; j++) {
                        scores[i][k] = fmaf(query[j], key[k][j], scores[i][k]);
                    }
                }
            }
        }
    }

    // Scores become shares e^(score - largest), in shared memory for all who share the row; what was summed before is rescaled.
    __device__ __forceinline__ void share(const Rows& rows, int stretch, int first_key, float* shares) {
        const int sharer = threadIdx.x % SHARERS;
        const int first_row = threadIdx.x / SHARERS * HEIGHT;
        for (int i = 0; i < HEIGHT; i++) {
            // A row of padding, or whose keys end before, sees the stretch's first key: nothing becomes infinite minus infinite.
            const int row = first_row + i;
            const int visible = max(row < rows.count ? visible_keys(rows, row) : 0, stretch * STRETCH + 1);
            float highest = own[i].largest;
            for (int k = 0; k < OWN_KEYS; k++) {
                if (first_key + sharer + k * SHARERS >= visible) {
                    scores[i][k] = -infinity();
                }
                highest = fmaxf(highest, scores[i][k]);
            }
            highest = largest_of_sharers(highest);
            const float rescale = expf(own[i].largest - highest);
            float sum = 0.0f;
            for (int k = 0; k < OWN_KEYS; k++) {
                const float part = expf(scores[i][k] - highest);
                shares[row * KEYS + sharer + k * SHARERS] = part;
                sum += part;
            }
            own[i] = {highest, fmaf(own[i].sum, rescale, sum_over_sharers(sum))};
            for (int strip = 0; strip < STRIPS; strip++) {
                for (int j = 0; j < WIDTH; j++) {
                    mixed[i][strip][j] *= rescale;
                }
            }
        }
    }

    __device__ __forceinline__ void mix(const float* shares, const Element* values) {
        const int first_column = threadIdx.x % SHARERS * WIDTH;
        const int first_row = threadIdx.x / SHARERS * HEIGHT;
#pragma unroll 2
        for (int key = 0; key < KEYS; key += STEP) {
            Four parts[HEIGHT];
            for (int i = 0; i < HEIGHT; i++) {
                parts[i] = *reinterpret_cast<const Four*>(shares + (first_row + i) * KEYS + key);
            }
            for (int k = 0; k < STEP; k++) {
                for (int strip = 0; strip < STRIPS; strip++) {
                    float value[WIDTH];
                    load_columns(values + (key + k) * PITCH + strip * SHARERS * WIDTH + first_column, value);
                    for (int i = 0; i < HEIGHT; i++) {
                        for (int j = 0; j < WIDTH; j++) {
                            mixed[i][strip][j] = fmaf(parts[i].values[k], value[j], mixed[i][strip][j]);
                        }
                    }
                }
            }
        }
    }

    // Keys and values take turns in one tile; of a head of several slices the queries come and go with the keys.
    __device__ __forceinline__ void take(const AttentionArgs& args, const Rows& rows, int slice, int stretch, int first, int count,
                                         Element* queries, Element* tile, float* shares) {
        const bool aligned = args.aligned != 0;
        const int64 start = rows.first_key + first;
        const int head = rows.head * args.head_size;
        for (int i = 0; i < HEIGHT; i++) {
            for (int k = 0; k < OWN_KEYS; k++) {
                scores[i][k] = 0.0f;
            }
        }
        for (int part = 0; part < args.slices; part++) {
            const int column = part * DEPTH;
            if (args.slices > 1) {
                fill_queries(args, rows, column, queries);
            }
            fill<DEPTH, PITCH>(tile, KEYS, count, args.head_size - column, aligned, 1.0f,
                               [&](int row) { return row_of(args.key, start + row) + head + column; });
            __syncthreads();
            score(queries, tile);
            __syncthreads();
        }
        share(rows, stretch, first, shares);
        const int column = slice * DEPTH;
        fill<DEPTH, PITCH>(tile, KEYS, count, args.head_size - column, aligned, 1.0f,
                           [&](int row) { return row_of(args.value, start + row) + head + column; });
        __syncthreads();
        mix(shares, tile);
        __syncthreads();
    }

    static __device__ __forceinline__ void fill_queries(const AttentionArgs& args, const Rows& rows, int column, Element* queries) {
        fill<DEPTH, PITCH>(queries, ROWS, rows.count, args.head_size - column, args.aligned != 0, args.scale,
                           [&](int row) { return row_start(args.query, rows, row, args.head_size) + column; });
    }

    // Calls store(mixed value, column) for the columns of a row that this thread has.
    template <class Store>
    __device__ __forceinline__ void store_columns(const AttentionArgs& args, int i, int slice, Store store) const {
        const int first_column = slice * DEPTH + threadIdx.x % SHARERS * WIDTH;
        for (int strip = 0; strip < STRIPS; strip++) {
            for (int j = 0; j < WIDTH; j++) {
                const int column = first_column + strip * SHARERS * WIDTH + j;
                if (column < args.head_size) {
                    store(mixed[i][strip][j], column);
                }
            }
        }
    }

    // Ends a stretch whose rows other blocks go on with.
    __device__ __forceinline__ void leave(const AttentionArgs& args, const Rows& rows, int slice, int stretch) const {
        const int first_row = threadIdx.x / SHARERS * HEIGHT;
        // Unrolled: what is mixed would otherwise be indexed, and so lie in memory.
#pragma unroll
        for (int i = 0; i < HEIGHT && first_row + i < rows.count; i++) {
            if (visible_keys(rows, first_row + i) <= stretch * STRETCH) {
                continue;
            }
            float* partial = partial_of(args, rows, first_row + i, stretch);
            if (slice == 0 && threadIdx.x % SHARERS == 0) {
                partial[0] = own[i].largest;
                partial[1] = own[i].sum;
            }
            store_columns(args, i, slice, [=](float value, int column) { partial[2 + column] = value; });
        }
    }

    // Ends a stretch: the output holds what is mixed so far, and after a row's last stretch its share of the sum.
    __device__ __forceinline__ void add(const AttentionArgs& args, const Rows& rows, int slice, int stretch) {
        const int first_row = threadIdx.x / SHARERS * HEIGHT;
#pragma unroll
        for (int i = 0; i < HEIGHT && first_row + i < rows.count; i++) {
            const int visible = visible_keys(rows, first_row + i);
            if (visible <= stretch * STRETCH) {
                continue;
            }
            float* output = row_start(args.output, rows, first_row + i, args.head_size);
            float keep = 0.0f;
            float factor = 1.0f;
            before[i] = stretch == 0 ? own[i] : join(before[i], own[i], keep, factor);
            const float scale = visible <= (stretch + 1) * STRETCH ? 1.0f / before[i].sum : 1.0f;
            store_columns(args, i, slice, [=](float value, int column) {
                const float sum = stretch == 0 ? value : fmaf(output[column], keep, value * factor);
                output[column] = sum * scale;
            });
        }
    }

    // Shared memory: the block's queries, a tile, and the shares.
    static __device__ __forceinline__ void run(const AttentionArgs& args, unsigned char* memory) {
        Element* queries = reinterpret_cast<Element*>(memory);
        Element* tile = queries + ROWS * PITCH;
        float* shares = reinterpret_cast<float*>(tile + KEYS * PITCH);
        const bool is_shared = args.stretches > 1;
        const int place = blockIdx.y / args.stretches;
        const int slice = place % args.slices;
        const Rows rows = rows_of_block(args, place / args.slices);
        const int first = is_shared ? blockIdx.y % args.stretches : 0;
        const int all = (rows.keys + STRETCH - 1) / STRETCH;
        const int end = is_shared ? min(first + 1, all) : all;
        if (args.slices == 1) {
            fill_queries(args, rows, 0, queries);
        }
        Attention attention;
        for (int i = 0; i < HEIGHT; i++) {
            attention.before[i] = {-infinity(), 0.0f};
        }
        for (int stretch = first; stretch < end; stretch++) {
            attention.begin();
            const int stop = min((stretch + 1) * STRETCH, rows.keys);
            for (int key = stretch * STRETCH; key < stop; key += KEYS) {
                attention.take(args, rows, slice, stretch, key, min(KEYS, stop - key), queries, tile, shares);
            }
            if (is_shared) {
                attention.leave(args, rows, slice, stretch);
            } else {
                attention.add(args, rows, slice, stretch);
            }
        }
    }
};

// Joins the stretches of the rows that attention left to blocks of their own, in their order. A thread takes a column of a row.
KERNEL(join_stretches, AttentionArgs) {
    const Rows rows = rows_of_block(args, blockIdx.y);
    for (int place = threadIdx.x; place < rows.count * args.head_size; place += blockDim.x) {
        const int row = place / args.head_size;
        const int column = place - row * args.head_size;
        const float* partial = partial_of(args, rows, row, 0);
        Softmax joined = {partial[0], partial[1]};
        float value = partial[2 + column];
        const int count = (visible_keys(rows, row) + STRETCH - 1) / STRETCH;
        for (int stretch = 1; stretch < count; stretch++) {
            partial = partial_of(args, rows, row, stretch);
            float keep, factor;
            joined = join(joined, {partial[0], partial[1]}, keep, factor);
            value = fmaf(value, keep, partial[2 + column] * factor);
        }
        const float scale = 1.0f / joined.sum;
        row_start(args.output, rows, row, args.head_size)[column] = value * scale;
    }
}

// Prompts take tiles of rows; decoding, which has a row or few per sequence and head, takes as few rows as a block can. Where the
// products of a forward pass are of bfloat16 factors, so are these, for heads whose tiles bound how many blocks a multiprocessor holds:
// half the shared memory, sums in float as always. Small heads gain nothing by it.
#define ATTENTION(name, element, depth, keys, height, teams)                   \
    KERNEL(attention_##name##_##depth##_by_##height, AttentionArgs) {           \
        DYNAMIC_SHARED(unsigned char, memory);                                 \
        Attention<element, depth, keys, height, teams>::run(args, memory);     \
    }

ATTENTION(f32, float, 16, 32, 4, 16)
ATTENTION(f32, float, 32, 32, 4, 16)
ATTENTION(f32, float, 64, 32, 4, 16)
ATTENTION(f32, float, 128, 32, 4, 8)
ATTENTION(f32, float, 256, 16, 4, 4)
ATTENTION(f32, float, 16, 32, 1, 4)
ATTENTION(f32, float, 32, 32, 1, 4)
ATTENTION(f32, float, 64, 32, 1, 4)
ATTENTION(f32, float, 128, 32, 1, 4)
ATTENTION(f32, float, 256, 16, 1, 4)
ATTENTION(bf16, uint16, 64, 32, 4, 16)
ATTENTION(bf16, uint16, 128, 32, 4, 8)
ATTENTION(bf16, uint16, 256, 32, 4, 4)
ATTENTION(bf16, uint16, 64, 32, 1, 4)
ATTENTION(bf16, uint16, 128, 32, 1, 4)
ATTENTION(bf16, uint16, 256, 32, 1, 4)
