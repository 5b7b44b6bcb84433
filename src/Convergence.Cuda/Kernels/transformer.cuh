// What the operators of a forward pass share: windows of F32 rows, read and written four neighbouring columns at a time, and sums over a warp.
#pragma once
#include "elements.cuh"

DEVICE float infinity() { return __uint_as_float(0x7F800000u); }

// Rows of F32, stride elements from one to the next.
struct Matrix {
    float* data;
    int64 stride;
};

// Columns that a lane takes at a time: sixteen bytes.
constexpr int STEP = 4;

struct alignas(16) Four {
    float values[STEP];
};

DEVICE float* row_of(const Matrix& matrix, int64 row) { return matrix.data + row * matrix.stride; }

// The columns [column, column + 4), zero behind the last; the same values whether rows are aligned or not.
DEVICE Four load_four(const float* row, int column, int columns, bool aligned) {
    if (aligned && column + STEP <= columns) {
        return *reinterpret_cast<const Four*>(row + column);
    }
    Four four;
    for (int i = 0; i < STEP; i++) {
        four.values[i] = column + i < columns ? row[column + i] : 0.0f;
    }
    return four;
}

DEVICE void store_four(float* row, int column, int columns, bool aligned, const Four& four) {
    if (aligned && column + STEP <= columns) {
        *reinterpret_cast<Four*>(row + column) = four;
        return;
    }
    for (int i = 0; i < STEP; i++) {
        if (column + i < columns) {
            row[column + i] = four.values[i];
        }
    }
}

DEVICE float load_float(const Operand& operand, int64 place) { return static_cast<float>(load_element(operand, place)); }

// Every lane's result is the sum of all lanes, over a fixed tree.
DEVICE float sum_over_warp(float value) {
    for (int distance = WARP_SIZE / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(FULL_WARP, value, distance);
    }
    return value;
}

DEVICE double sum_over_warp(double value) {
    for (int distance = WARP_SIZE / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(FULL_WARP, value, distance);
    }
    return value;
}
