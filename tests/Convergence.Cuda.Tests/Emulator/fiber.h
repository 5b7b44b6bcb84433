// Stacks that the threads of a block run on, and the switch from one to another.
#pragma once

#include <cstddef>

namespace cuda_emulation
{
struct Thread;

// A place where execution can stop and go on.
struct Fiber
{
    void* stack_pointer = nullptr;
    void* stack = nullptr;         // lowest address; null for a system thread's own stack
    std::size_t stack_bytes = 0;
    void* sanitizer_state = nullptr;
    Thread* thread = nullptr;      // what it runs, or shall begin to run
};

// Makes a fiber that calls entry, which must never return, when it is first switched to.
Fiber* create_fiber(void (*entry)());

// Stops here and goes on in another fiber.
void switch_fiber(Fiber& from, Fiber& to);

// A fiber's entry calls it first.
void fiber_entered(Fiber& self);
}  // namespace cuda_emulation
