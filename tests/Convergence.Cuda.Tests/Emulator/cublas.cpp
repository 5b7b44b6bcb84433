// The part of cuBLAS that the product calls: products of matrices in columns, of float or bfloat16 into float.
#include <algorithm>
#include <cstring>

#include "driver.h"

using namespace cuda_emulation;

namespace
{
enum Status : int
{
    CUBLAS_SUCCESS = 0,
    CUBLAS_NOT_INITIALIZED = 1,
    CUBLAS_INVALID_VALUE = 7,
    CUBLAS_EXECUTION_FAILED = 13,
    CUBLAS_NOT_SUPPORTED = 15,
};

constexpr int COMPUTE_32F_FAST_TF32 = 77;

enum DataType : int { R_32F = 0, R_16BF = 14 };

std::ptrdiff_t byte_count(int type) { return type == R_32F ? sizeof(float) : sizeof(std::uint16_t); }

struct Handle
{
    Context* context;
    Stream* stream;
};

float load(const void* data, int type, std::ptrdiff_t index)
{
    if (type == R_32F) return static_cast<const float*>(data)[index];
    const std::uint32_t bits = static_cast<std::uint32_t>(static_cast<const std::uint16_t*>(data)[index]) << 16;
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    return value;
}

// To nearest, ties to even.
float to_tf32(float value)
{
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    bits = (bits + 0xfffu + ((bits >> 13) & 1u)) & ~0x1fffu;
    std::memcpy(&value, &bits, sizeof(value));
    return value;
}

struct Operand
{
    const void* data;
    int type;
    bool transposed;
    std::ptrdiff_t stride;  // from one column to the next
    bool narrow;            // tf32: 10 bits of mantissa

    float at(std::ptrdiff_t row, std::ptrdiff_t column) const
    {
        const float value = load(data, type, transposed ? column + row * stride : row + column * stride);
        return narrow ? to_tf32(value) : value;
    }
};

struct Product
{
    int rows, columns, depth;
    Operand a, b;
    float alpha, beta;
    float* c;
    std::ptrdiff_t stride;
};

constexpr int STRIP = 16;    // rows of the result in one pass
constexpr int TILE = 4;      // columns of the result in one pass

// Sums in the order of the depth whatever the extents, so a column's bits do not depend on its neighbours.
#if defined(__x86_64__)
__attribute__((target_clones("avx512f", "avx2,fma", "default")))
#endif
void multiply_tile(const float* a, const float* b, int depth, float* sums)
{
    float held[TILE][STRIP] = {};
    for (int k = 0; k < depth; ++k)
    {
        for (int column = 0; column < TILE; ++column)
        {
            for (int row = 0; row < STRIP; ++row)
            {
                held[column][row] += a[k * STRIP + row] * b[k * TILE + column];
            }
        }
    }

    std::memcpy(sums, held, sizeof(held));
}

// Lays rows [first, first + count) of op(x) out as the tile reads them: all of one depth together, filled up with zeros.
template <class At> void pack(float* packed, int first, int count, int width, int depth, At at)
{
    for (int k = 0; k < depth; ++k)
    {
        for (int i = 0; i < width; ++i)
        {
            packed[k * width + i] = i < count ? at(first + i, k) : 0.0f;
        }
    }
}

void store_tile(const Product& product, const float* sums, int row, int column)
{
    for (int j = 0; j < TILE && column + j < product.columns; ++j)
    {
        for (int i = 0; i < STRIP && row + i < product.rows; ++i)
        {
            float& target = product.c[row + i + (column + j) * product.stride];
            const float sum = product.alpha * sums[j * STRIP + i];
            target = product.beta == 0.0f ? sum : sum + product.beta * target;
        }
    }
}

void multiply(const Product& product)
{
    const int groups = (product.columns + TILE - 1) / TILE;
    std::vector<float> b(static_cast<std::size_t>(groups) * TILE * product.depth);
    for (int group = 0; group < groups; ++group)
    {
        const int column = group * TILE;
        pack(b.data() + static_cast<std::size_t>(column) * product.depth, column, std::min(TILE, product.columns - column), TILE,
             product.depth, [&](int j, int k) { return product.b.at(k, j); });
    }

    std::vector<float> a(static_cast<std::size_t>(STRIP) * product.depth);
    float sums[TILE * STRIP];
    for (int row = 0; row < product.rows; row += STRIP)
    {
        pack(a.data(), row, std::min(STRIP, product.rows - row), STRIP, product.depth, [&](int i, int k) { return product.a.at(i, k); });
        for (int group = 0; group < groups; ++group)
        {
            multiply_tile(a.data(), b.data() + static_cast<std::size_t>(group) * TILE * product.depth, product.depth, sums);
            store_tile(product, sums, row, group * TILE);
        }
    }
}
}  // namespace

EXPORT int cublasCreate_v2(Handle** handle)
{
    Call call;
    if (call.status()) return CUBLAS_NOT_INITIALIZED;
    if (const int failure = configured_failure("cublasCreate")) return failure;
    *handle = new Handle{&call.context(), &call.context().default_stream};
    return CUBLAS_SUCCESS;
}

EXPORT int cublasDestroy_v2(Handle* handle)
{
    delete handle;
    return CUBLAS_SUCCESS;
}

EXPORT int cublasGetVersion_v2(Handle*, int* version)
{
    *version = 120200;
    return CUBLAS_SUCCESS;
}

// libraryPropertyType: MAJOR_VERSION, MINOR_VERSION, PATCH_LEVEL.
EXPORT int cublasGetProperty(int property, int* value)
{
    *value = property == 0 ? 12 : property == 1 ? 2 : 0;
    return CUBLAS_SUCCESS;
}

EXPORT int cublasSetStream_v2(Handle* handle, void* stream)
{
    Call call;
    handle->stream = &stream_of(*handle->context, stream);
    return CUBLAS_SUCCESS;
}

EXPORT int cublasSetMathMode(Handle*, int) { return CUBLAS_SUCCESS; }

EXPORT int cublasSetWorkspace_v2(Handle*, void*, std::size_t) { return CUBLAS_SUCCESS; }

EXPORT const char* cublasGetStatusName(int status)
{
    switch (status)
    {
        case CUBLAS_SUCCESS: return "CUBLAS_STATUS_SUCCESS";
        case CUBLAS_NOT_INITIALIZED: return "CUBLAS_STATUS_NOT_INITIALIZED";
        case CUBLAS_INVALID_VALUE: return "CUBLAS_STATUS_INVALID_VALUE";
        case CUBLAS_EXECUTION_FAILED: return "CUBLAS_STATUS_EXECUTION_FAILED";
        case CUBLAS_NOT_SUPPORTED: return "CUBLAS_STATUS_NOT_SUPPORTED";
        default: return "CUBLAS_STATUS_UNKNOWN";
    }
}

EXPORT const char* cublasGetStatusString(int status)
{
    switch (status)
    {
        case CUBLAS_SUCCESS: return "the operation completed successfully";
        case CUBLAS_NOT_INITIALIZED: return "the library was not initialized";
        case CUBLAS_INVALID_VALUE: return "an unsupported value or parameter was passed to the function";
        case CUBLAS_EXECUTION_FAILED: return "the GPU program failed to execute";
        case CUBLAS_NOT_SUPPORTED: return "the functionality requested is not supported";
        default: return "an unknown status";
    }
}

static int multiply_all(const char* function, Handle* handle, int a_operation, int b_operation, int rows, int columns, int depth,
                        const void* alpha, const void* a, int a_type, int a_stride, long long a_distance, const void* b, int b_type,
                        int b_stride, long long b_distance, const void* beta, void* c, int c_type, int c_stride, long long c_distance,
                        int count, int compute_type)
{
    Call call;
    if (call.status()) return CUBLAS_EXECUTION_FAILED;
    if (const int failure = configured_failure(function)) return failure;
    const bool a_transposed = a_operation != 0;
    const bool b_transposed = b_operation != 0;
    const bool strides_fit = a_stride >= std::max(1, a_transposed ? depth : rows) && b_stride >= std::max(1, b_transposed ? columns : depth)
        && c_stride >= std::max(1, rows);
    if (rows < 0 || columns < 0 || depth < 0 || count < 0 || !strides_fit) return CUBLAS_INVALID_VALUE;
    const bool supported = c_type == R_32F && a_type == b_type && (a_type == R_32F || a_type == R_16BF);
    if (!supported) return CUBLAS_NOT_SUPPORTED;
    const bool narrow = compute_type == COMPUTE_32F_FAST_TF32;
    const Product product{rows, columns, depth, {a, a_type, a_transposed, a_stride, narrow}, {b, b_type, b_transposed, b_stride, narrow},
                          *static_cast<const float*>(alpha), *static_cast<const float*>(beta), static_cast<float*>(c), c_stride};
    const std::ptrdiff_t a_bytes = a_distance * byte_count(a_type);
    const std::ptrdiff_t b_bytes = b_distance * byte_count(b_type);
    queue(*handle->stream,
          [=]
          {
              for (int i = 0; i < count; ++i)
              {
                  Product one = product;
                  one.a.data = static_cast<const char*>(a) + i * a_bytes;
                  one.b.data = static_cast<const char*>(b) + i * b_bytes;
                  one.c += i * c_distance;
                  multiply(one);
              }
          });
    return CUBLAS_SUCCESS;
}

EXPORT int cublasGemmStridedBatchedEx(Handle* handle, int a_operation, int b_operation, int rows, int columns, int depth,
                                      const void* alpha, const void* a, int a_type, int a_stride, long long a_distance, const void* b,
                                      int b_type, int b_stride, long long b_distance, const void* beta, void* c, int c_type, int c_stride,
                                      long long c_distance, int count, int compute_type, int)
{
    return multiply_all("cublasGemmStridedBatchedEx", handle, a_operation, b_operation, rows, columns, depth, alpha, a, a_type, a_stride,
                        a_distance, b, b_type, b_stride, b_distance, beta, c, c_type, c_stride, c_distance, count, compute_type);
}

EXPORT int cublasGemmEx(Handle* handle, int a_operation, int b_operation, int rows, int columns, int depth, const void* alpha,
                        const void* a, int a_type, int a_stride, const void* b, int b_type, int b_stride, const void* beta, void* c,
                        int c_type, int c_stride, int compute_type, int)
{
    return multiply_all("cublasGemmEx", handle, a_operation, b_operation, rows, columns, depth, alpha, a, a_type, a_stride, 0, b, b_type,
                        b_stride, 0, beta, c, c_type, c_stride, 0, 1, compute_type);
}
