// Runs the blocks of a launch over a few system threads, and the threads of a block as fibers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace cuda_emulation
{
struct Extent { unsigned x, y, z; };

using KernelEntry = void (*)(const void* parameters);

struct Launch
{
    KernelEntry entry;
    const void* parameters;
    Extent grid;
    Extent block;
    unsigned shared_bytes;
    bool reversed;  // blocks and threads start from the last: a result that depends on the order is a missing barrier
};

// What the lanes of a warp hand each other. Two sets, used in turn: a lane can be at most one exchange ahead of another. Votes are
// gathered as the lanes come; a set's are forgotten when all have come to the next exchange.
struct Warp
{
    std::uint64_t slots[2][32];
    unsigned votes[2];
    unsigned lane_count;
    unsigned arrived;
};

struct Block
{
    const Launch* launch;
    Extent index;
};

struct Fiber;
class BlockRunner;

struct Thread
{
    Extent index;
    const Block* block;
    unsigned linear;
    unsigned exchanges;
    Warp* warp;
    Fiber* fiber;
    BlockRunner* runner;
};

// The thread whose fiber runs on this system thread.
extern thread_local Thread* current;

void* dynamic_shared();
void wait_for_block(Thread& self);
void wait_for_warp(Thread& self);
[[noreturn]] void fail(const char* reason);

inline int lane() { return static_cast<int>(current->linear & 31); }

inline unsigned all_lanes(const Warp& warp) { return warp.lane_count == 32 ? 0xffffffffu : (1u << warp.lane_count) - 1; }

inline unsigned begin_exchange(unsigned mask, std::uint64_t bits)
{
    Thread& self = *current;
    Warp& warp = *self.warp;
    if ((mask & all_lanes(warp)) != all_lanes(warp))
    {
        fail("a warp operation without the full mask is not emulated");
    }

    const unsigned set = self.exchanges++ & 1;
    warp.slots[set][self.linear & 31] = bits;
    wait_for_warp(self);
    return set;
}

template <class T> inline T exchange(unsigned mask, T value, int source)
{
    static_assert(sizeof(T) <= sizeof(std::uint64_t), "at most eight bytes are exchanged");
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    const unsigned set = begin_exchange(mask, bits);
    if (static_cast<unsigned>(source) >= current->warp->lane_count)
    {
        fail("a warp operation reads a lane that the block does not have");
    }

    T result;
    std::memcpy(&result, &current->warp->slots[set][source], sizeof(T));
    return result;
}

inline unsigned ballot(unsigned mask, bool predicate)
{
    Warp& warp = *current->warp;
    warp.votes[current->exchanges & 1] |= static_cast<unsigned>(predicate) << lane();
    return warp.votes[begin_exchange(mask, 0)];
}

// Runs all blocks; null, or why the kernel failed.
const char* run(const Launch& launch);

struct Kernel
{
    const char* module;
    const char* name;
    KernelEntry entry;
    std::size_t parameter_bytes;
    Kernel* next;
    long launches;
};

// All kernels of this library, in no order.
Kernel*& kernels();

class KernelRegistration
{
public:
    KernelRegistration(const char* module, const char* name, KernelEntry entry, std::size_t parameter_bytes)
        : kernel_{module, name, entry, parameter_bytes, kernels(), 0}
    {
        kernels() = &kernel_;
    }

private:
    Kernel kernel_;
};
}  // namespace cuda_emulation
