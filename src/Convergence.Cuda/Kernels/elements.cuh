// Elements of any float type: read eight neighbours at a time, computed as doubles, rounded once at the store.
#pragma once
#include "kernel.cuh"

// The float types, numbered as the host's DType.
constexpr int F32 = 0;
constexpr int F16 = 1;
constexpr int BF16 = 2;
constexpr int F64 = 3;

// Neighbouring elements that a thread reads at a time: sixteen bytes of a 16-bit type.
constexpr int RUN = 8;

struct Operand {
    const void* data;
    int dtype;
};

struct alignas(16) Sixteen {
    uint32 words[4];
};

DEVICE bool is_aligned(const void* pointer) { return (reinterpret_cast<uint64>(pointer) & 15) == 0; }

DEVICE float widen_bf16(uint32 bits) { return __uint_as_float(bits << 16); }

// A NaN keeps its payload and becomes quiet; subnormals go through one exact subtraction, which normalises them.
DEVICE float widen_f16(uint32 bits) {
    constexpr uint32 HALF_INFINITY = 0x0F800000;
    constexpr uint32 LEAST_NORMAL = 113u << 23;
    const uint32 sign = (bits & 0x8000) << 16;
    const uint32 magnitude = (bits & 0x7FFF) << 13;
    uint32 widened = magnitude + (112u << 23);
    if (magnitude >= HALF_INFINITY) {
        widened = magnitude | 0x7F800000 | (magnitude > HALF_INFINITY ? 0x00400000 : 0);
    } else if (magnitude < (1u << 23)) {
        widened = __float_as_uint(__uint_as_float(magnitude + LEAST_NORMAL) - __uint_as_float(LEAST_NORMAL));
    }
    return __uint_as_float(widened | sign);
}

// To nearest, ties to even; a NaN stays one.
DEVICE uint32 narrow_bf16(float value) {
    const uint32 bits = __float_as_uint(value);
    const uint32 upper = bits >> 16;
    return (bits & 0x7FFFFFFF) > 0x7F800000 ? upper | 0x40 : (bits + 0x7FFF + (upper & 1)) >> 16;
}

DEVICE uint32 narrow_f16(float value) {
    constexpr uint32 LEAST_NORMAL = 113u << 23;
    constexpr uint32 BEYOND_RANGE = 143u << 23;
    // 0.5, whose last bit weighs 2^-24: adding it rounds at the last bit of a binary16 subnormal.
    constexpr uint32 SUBNORMAL_MAGIC = 126u << 23;
    const uint32 bits = __float_as_uint(value);
    const uint32 magnitude = bits & 0x7FFFFFFF;
    uint32 narrowed = (magnitude - (112u << 23) + 0xFFF + ((magnitude >> 13) & 1)) >> 13;
    if (magnitude > 0x7F800000) {
        narrowed = 0x7E00 | ((magnitude >> 13) & 0x3FF);
    } else if (magnitude >= BEYOND_RANGE) {
        narrowed = 0x7C00;
    } else if (magnitude < LEAST_NORMAL) {
        narrowed = __float_as_uint(__uint_as_float(magnitude) + __uint_as_float(SUBNORMAL_MAGIC)) - SUBNORMAL_MAGIC;
    }
    return narrowed | ((bits >> 16) & 0x8000);
}

// A double on its way to a 16-bit type, cut to thirteen bits whose last is set when anything was lost: rounding this float gives what
// rounding the double would (Boldo and Melquiond 2008, IEEE TC 57(4)), so that two roundings count as one.
DEVICE float round_to_odd(double value) {
    constexpr uint64 REST = (1ull << 40) - 1;
    const uint64 bits = static_cast<uint64>(__double_as_longlong(value));
    return static_cast<float>(__longlong_as_double(static_cast<int64>((bits | ((bits & REST) + REST)) & ~REST)));
}

DEVICE double load_element(const Operand& operand, int64 place) {
    switch (operand.dtype) {
        case F64:
            return static_cast<const double*>(operand.data)[place];
        case F32:
            return __uint_as_float(static_cast<const uint32*>(operand.data)[place]);
        case BF16:
            return widen_bf16(static_cast<const uint16*>(operand.data)[place]);
        default:
            return widen_f16(static_cast<const uint16*>(operand.data)[place]);
    }
}

DEVICE void store_element(void* output, int dtype, int64 place, double value) {
    switch (dtype) {
        case F64:
            static_cast<double*>(output)[place] = value;
            break;
        case F32:
            static_cast<uint32*>(output)[place] = __float_as_uint(static_cast<float>(value));
            break;
        case BF16:
            static_cast<uint16*>(output)[place] = static_cast<uint16>(narrow_bf16(round_to_odd(value)));
            break;
        default:
            static_cast<uint16*>(output)[place] = static_cast<uint16>(narrow_f16(round_to_odd(value)));
            break;
    }
}

// The elements [place + from, place + to) as values [from, to); the others of the run are zero. Whole aligned runs take 16-byte loads.
// Values are doubles, or floats where no operand is a double.
template <typename Value>
DEVICE void load_run(const Operand& operand, int64 place, int from, int to, Value (&values)[RUN]) {
    const int size = operand.dtype == F64 ? 8 : operand.dtype == F32 ? 4 : 2;
    const unsigned char* start = static_cast<const unsigned char*>(operand.data) + place * size;
    if (from != 0 || to != RUN || !is_aligned(start)) {
        for (int i = 0; i < RUN; i++) {
            values[i] = static_cast<Value>(i >= from && i < to ? load_element(operand, place + i) : 0);
        }
    } else if (size == 2) {
        const Sixteen packed = *reinterpret_cast<const Sixteen*>(start);
        for (int i = 0; i < RUN; i++) {
            const uint32 bits = (packed.words[i / 2] >> (16 * (i & 1))) & 0xFFFF;
            values[i] = operand.dtype == BF16 ? widen_bf16(bits) : widen_f16(bits);
        }
    } else if (size == 4) {
        for (int half = 0; half < 2; half++) {
            const Sixteen packed = reinterpret_cast<const Sixteen*>(start)[half];
            for (int i = 0; i < 4; i++) {
                values[4 * half + i] = __uint_as_float(packed.words[i]);
            }
        }
    } else {
        for (int pair = 0; pair < 4; pair++) {
            const Sixteen packed = reinterpret_cast<const Sixteen*>(start)[pair];
            for (int i = 0; i < 2; i++) {
                const uint64 bits = packed.words[2 * i] | (static_cast<uint64>(packed.words[2 * i + 1]) << 32);
                values[2 * pair + i] = static_cast<Value>(__longlong_as_double(static_cast<int64>(bits)));
            }
        }
    }
}

// Rounds the values [from, to) and stores them at [place + from, place + to).
DEVICE void store_run(void* output, int dtype, int64 place, int from, int to, const double (&values)[RUN]) {
    const int size = dtype == F64 ? 8 : dtype == F32 ? 4 : 2;
    unsigned char* start = static_cast<unsigned char*>(output) + place * size;
    if (from != 0 || to != RUN || size == 8 || !is_aligned(start)) {
        for (int i = 0; i < RUN; i++) {
            if (i >= from && i < to) {
                store_element(output, dtype, place + i, values[i]);
            }
        }
    } else if (size == 2) {
        Sixteen packed;
        for (int i = 0; i < RUN; i += 2) {
            const float low = round_to_odd(values[i]);
            const float high = round_to_odd(values[i + 1]);
            packed.words[i / 2] = dtype == BF16 ? narrow_bf16(low) | (narrow_bf16(high) << 16) : narrow_f16(low) | (narrow_f16(high) << 16);
        }
        *reinterpret_cast<Sixteen*>(start) = packed;
    } else {
        for (int half = 0; half < 2; half++) {
            Sixteen packed;
            for (int i = 0; i < 4; i++) {
                packed.words[i] = __float_as_uint(static_cast<float>(values[4 * half + i]));
            }
            reinterpret_cast<Sixteen*>(start)[half] = packed;
        }
    }
}
