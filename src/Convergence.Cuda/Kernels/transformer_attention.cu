// Causal scaled dot-product attention with grouped queries over ragged sequences, by tiles of keys with a running softmax (Milakov and
// Gimelshein, arXiv 1805.02867; Dao, arXiv 2307.08691). A block takes some rows of one key/value head, a row being a query in one of
// the query heads that read this head, so that keys and values are fetched once for all of them.
//
// Whatever the block, a row sees the same tiles of keys from the sequence's start and sums in the same order: its bits depend neither on
// the other rows nor on whether it is one step of decoding or part of a prompt.
#include "transformer.cuh"

struct AttentionArgs {
    Matrix query;
    Matrix key;
    Matrix value;
    Matrix output;
    const int* spans;  // per sequence: first query, queries, first key, keys
    const int* items;  // per block: sequence, first row
    int group;         // query heads per key/value head
    int head_size;
    float scale;
    int aligned;
};

// Threads that share a row: they take every sixteenth key of its scores, and neighbouring columns of its values.
constexpr int SHARERS = 16;

struct Rows {
    int first_query, first_key, visible_before, head, group, first, count, keys;
};

// The rows of this block. A row r is query r / group in query head r % group of the key/value head.
DEVICE Rows rows_of_block(const AttentionArgs& args, int block_rows) {
    const int* item = args.items + 2 * blockIdx.x;
    const int* span = args.spans + 4 * item[0];
    Rows rows;
    rows.first_query = span[0];
    rows.first_key = span[2];
    rows.visible_before = span[3] - span[1];
    rows.head = blockIdx.y;
    rows.group = args.group;
    rows.first = item[1];
    rows.count = min(block_rows, span[1] * args.group - item[1]);
    rows.keys = rows.visible_before + (rows.first + rows.count - 1) / args.group + 1;
    return rows;
}

DEVICE int visible_keys(const Rows& rows, int row) { return rows.visible_before + (rows.first + row) / rows.group + 1; }

DEVICE float* row_start(const Matrix& matrix, const Rows& rows, int row, int head_size) {
    const int index = rows.first + row;
    return row_of(matrix, rows.first_query + index / rows.group) + (rows.head * rows.group + index % rows.group) * head_size;
}

// Rows of a matrix into shared memory, padded with zeros to DEPTH columns and to all rows of the tile.
template <int DEPTH, int PITCH, class RowStart>
DEVICE void fill(float* tile, int tile_rows, int rows, int head_size, bool aligned, RowStart start) {
    constexpr int STEPS = DEPTH / STEP;
    for (int item = threadIdx.x; item < tile_rows * STEPS; item += blockDim.x) {
        const int row = item / STEPS;
        const int column = (item - row * STEPS) * STEP;
        Four four = {};
        if (row < rows) {
            four = load_four(start(row), column, head_size, aligned);
        }
        *reinterpret_cast<Four*>(tile + row * PITCH + column) = four;
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

// Neighbouring columns, read together.
template <int WIDTH>
struct alignas(WIDTH * sizeof(float)) Columns {
    float values[WIDTH];
};

// DEPTH: columns of a head, padded. KEYS: keys of a tile. HEIGHT: rows of a thread. TEAMS: groups of SHARERS threads in the block.
template <int DEPTH, int KEYS, int HEIGHT, int TEAMS>
struct Attention {
    static constexpr int PITCH = DEPTH + STEP;  // so that neighbouring keys begin in different banks
    static constexpr int ROWS = HEIGHT * TEAMS;
    static constexpr int OWN_KEYS = KEYS / SHARERS;
    static constexpr int WIDTH = DEPTH / SHARERS < STEP ? DEPTH / SHARERS : STEP;
    static constexpr int STRIPS = DEPTH / (SHARERS * WIDTH);

    float largest[HEIGHT];
    float sums[HEIGHT];
    float mixed[HEIGHT][STRIPS][WIDTH];
    float scores[HEIGHT][OWN_KEYS];

    __device__ __forceinline__ void begin() {
        for (int i = 0; i < HEIGHT; i++) {
            largest[i] = -infinity();
            sums[i] = 0.0f;
            for (int strip = 0; strip < STRIPS; strip++) {
                for (int j = 0; j < WIDTH; j++) {
                    mixed[i][strip][j] = 0.0f;
                }
            }
        }
    }

    __device__ __forceinline__ void score(const float* queries, const float* keys) {
        const int sharer = threadIdx.x % SHARERS;
        const int first_row = threadIdx.x / SHARERS * HEIGHT;
        for (int i = 0; i < HEIGHT; i++) {
            for (int k = 0; k < OWN_KEYS; k++) {
                scores[i][k] = 0.0f;
            }
        }
#pragma unroll 4
        for (int column = 0; column < DEPTH; column += STEP) {
            Four key[OWN_KEYS];
            for (int k = 0; k < OWN_KEYS; k++) {
                key[k] = *reinterpret_cast<const Four*>(keys + (sharer + k * SHARERS) * PITCH + column);
            }
            for (int i = 0; i < HEIGHT; i++) {
                const Four query = *reinterpret_cast<const Four*>(queries + (first_row + i) * PITCH + column);
                for (int k = 0; k < OWN_KEYS; k++) {
                    for (int j = 0; j < STEP; j++) {
                        scores[i][k] = fmaf(query.values[j], key[k].values[j], scores[i][k]);
                    }
                }
            }
        }
    }

    // Scores become shares e^(score - largest), in shared memory for all who share the row; what was summed before is rescaled.
    __device__ __forceinline__ void share(const Rows& rows, int first_key, float* shares) {
        const int sharer = threadIdx.x % SHARERS;
        const int first_row = threadIdx.x / SHARERS * HEIGHT;
        for (int i = 0; i < HEIGHT; i++) {
            // A row of padding sees the first key, so that nothing becomes infinite minus infinite.
            const int row = first_row + i;
            const int visible = row < rows.count ? visible_keys(rows, row) : 1;
            float highest = largest[i];
            for (int k = 0; k < OWN_KEYS; k++) {
                if (first_key + sharer + k * SHARERS >= visible) {
                    scores[i][k] = -infinity();
                }
                highest = fmaxf(highest, scores[i][k]);
            }
            highest = largest_of_sharers(highest);
            const float rescale = expf(largest[i] - highest);
            float sum = 0.0f;
            for (int k = 0; k < OWN_KEYS; k++) {
                const float part = expf(scores[i][k] - highest);
                shares[row * KEYS + sharer + k * SHARERS] = part;
                sum += part;
            }
            sums[i] = fmaf(sums[i], rescale, sum_over_sharers(sum));
            largest[i] = highest;
            for (int strip = 0; strip < STRIPS; strip++) {
                for (int j = 0; j < WIDTH; j++) {
                    mixed[i][strip][j] *= rescale;
                }
            }
        }
    }

    __device__ __forceinline__ void mix(const float* shares, const float* values) {
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
                    const float* start = values + (key + k) * PITCH + strip * SHARERS * WIDTH + first_column;
                    const Columns<WIDTH> value = *reinterpret_cast<const Columns<WIDTH>*>(start);
                    for (int i = 0; i < HEIGHT; i++) {
                        for (int j = 0; j < WIDTH; j++) {
                            mixed[i][strip][j] = fmaf(parts[i].values[k], value.values[j], mixed[i][strip][j]);
                        }
                    }
                }
            }
        }
    }

    __device__ __forceinline__ void store(const AttentionArgs& args, const Rows& rows) const {
        const int first_column = threadIdx.x % SHARERS * WIDTH;
        const int first_row = threadIdx.x / SHARERS * HEIGHT;
        for (int i = 0; i < HEIGHT && first_row + i < rows.count; i++) {
            float* output = row_start(args.output, rows, first_row + i, args.head_size);
            const float scale = 1.0f / sums[i];
            for (int strip = 0; strip < STRIPS; strip++) {
                for (int j = 0; j < WIDTH; j++) {
                    const int column = strip * SHARERS * WIDTH + first_column + j;
                    if (column < args.head_size) {
                        output[column] = mixed[i][strip][j] * scale;
                    }
                }
            }
        }
    }

    // Shared memory: the block's queries, one tile that keys and values take turns in, and the shares.
    static __device__ __forceinline__ void run(const AttentionArgs& args, float* memory) {
        float* queries = memory;
        float* tile = queries + ROWS * PITCH;
        float* shares = tile + KEYS * PITCH;
        const Rows rows = rows_of_block(args, ROWS);
        const bool aligned = args.aligned != 0;
        fill<DEPTH, PITCH>(queries, ROWS, rows.count, args.head_size, aligned,
                           [&](int row) { return row_start(args.query, rows, row, args.head_size); });
        __syncthreads();
        for (int place = threadIdx.x; place < ROWS * PITCH; place += blockDim.x) {
            queries[place] *= args.scale;
        }
        Attention attention;
        attention.begin();
        const int column = rows.head * args.head_size;
        for (int first = 0; first < rows.keys; first += KEYS) {
            const int count = min(KEYS, rows.keys - first);
            const int64 start = rows.first_key + first;
            fill<DEPTH, PITCH>(tile, KEYS, count, args.head_size, aligned,
                               [&](int row) { return row_of(args.key, start + row) + column; });
            __syncthreads();
            attention.score(queries, tile);
            attention.share(rows, first, shares);
            __syncthreads();
            fill<DEPTH, PITCH>(tile, KEYS, count, args.head_size, aligned,
                               [&](int row) { return row_of(args.value, start + row) + column; });
            __syncthreads();
            attention.mix(shares, tile);
            __syncthreads();
        }
        attention.store(args, rows);
    }
};

// Prompts take tiles of rows; decoding, which has a row or few per sequence and head, takes as few rows as a block can.
#define ATTENTION(depth, keys, height, teams)                         \
    KERNEL(attention_##depth##_by_##height, AttentionArgs) {           \
        DYNAMIC_SHARED(float, memory);                                \
        Attention<depth, keys, height, teams>::run(args, memory);     \
    }

ATTENTION(16, 32, 4, 16)
ATTENTION(32, 32, 4, 16)
ATTENTION(64, 32, 4, 16)
ATTENTION(128, 32, 4, 8)
ATTENTION(256, 16, 4, 4)
ATTENTION(16, 32, 1, 4)
ATTENTION(32, 32, 1, 4)
ATTENTION(64, 32, 1, 4)
ATTENTION(128, 32, 1, 4)
ATTENTION(256, 16, 1, 4)
