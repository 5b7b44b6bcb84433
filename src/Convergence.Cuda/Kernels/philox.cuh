// Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011), and the numbers of elements as the merge methods define them.
#pragma once
#include "kernel.cuh"

struct PhiloxWords {
    uint32 word[4];
};

DEVICE PhiloxWords philox(uint64 key, uint64 counter, uint32 stream, uint32 part) {
    uint32 x0 = static_cast<uint32>(counter);
    uint32 x1 = static_cast<uint32>(counter >> 32);
    uint32 x2 = stream;
    uint32 x3 = part;
    uint32 key0 = static_cast<uint32>(key);
    uint32 key1 = static_cast<uint32>(key >> 32);
    for (int round = 0; round < 10; round++) {
        const uint32 high0 = __umulhi(0xD2511F53u, x0);
        const uint32 low0 = 0xD2511F53u * x0;
        const uint32 high1 = __umulhi(0xCD9E8D57u, x2);
        const uint32 low1 = 0xCD9E8D57u * x2;
        x0 = high1 ^ x1 ^ key0;
        x1 = low1;
        x2 = high0 ^ x3 ^ key1;
        x3 = low0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    return PhiloxWords{{x0, x1, x2, x3}};
}

// Element i of stream j has the number 2^16 h(0) + h(1): h(p) is the lower (bit 4 of i clear) or upper half of word (i >> 5) & 3 of the
// block whose counter has (i >> 7) * 16 + (i & 15) in words 0 and 1, j in word 2 and p in word 3. So a thread that draws for one counter
// has the upper halves of the eight elements that lie sixteen apart in 128; the lower ones matter only where an upper one is the bound's.
DEVICE uint64 counter_of(uint64 index) { return (index >> 7) * 16 + (index & 15); }

// Chosen word by word: an index that the compiler does not know would put the words into memory.
DEVICE uint32 half_of(const PhiloxWords& words, int step) {
    const uint32 low = step & 2 ? words.word[1] : words.word[0];
    const uint32 high = step & 2 ? words.word[3] : words.word[2];
    return ((step & 4 ? high : low) >> (16 * (step & 1))) & 0xFFFF;
}

DEVICE uint32 lower_half(uint64 key, uint32 stream, uint64 index) {
    return half_of(philox(key, counter_of(index), stream, 1), static_cast<int>(index >> 4) & 7);
}
