// Cuts of task vectors while they are looked for, by merge_collect.cu and, where that misses one, by merge_select.cu.
#pragma once
#include "merge.cuh"

// How far a cut has come.
constexpr int BRACKETED = 0;
constexpr int COLLECTED = 1;
constexpr int FOUND = 2;
constexpr int MISSED = 3;

// A cut that is looked for.
struct CollectedCut {
    // How many elements are kept; then the rank of the last of them among the collected, 1 for the largest.
    int64 rank;
    // What was found: with a magnitude, the index of the last of its equals that is kept.
    int64 last_tie;
    // Elements above the bracket, at its ends (where these are one, at the high one), and between.
    uint64 above;
    uint64 at_high;
    uint64 at_low;
    uint64 between;
    // The leading digits of the key that is looked for, and how many bits of it are not known.
    uint64 prefix;
    int unknown_bits;
    int input;
    uint32 low;
    uint32 high;
    uint32 magnitude;
    int state;
    // Blocks that are done with a pass.
    uint32 finished;
    uint32 reserved;
};

// A selection under way: the leading bits that are known, and the rank among the values that have them, 1 for the largest.
struct Selection {
    int64 rank;
    // The index of the last value that is kept of those equal to the selected one, and how many these are.
    int64 last_tie;
    int64 ties;
    uint32 prefix;
    // The input that is selected from.
    int input;
};
