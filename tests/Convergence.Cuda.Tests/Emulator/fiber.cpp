#include "fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

// Saves the registers that a call must keep, exchanges the stacks, and restores them from the other.
extern "C" void cuda_emulation_switch(void** save, void* resume);

#if defined(__x86_64__)
asm(R"(
.text
.globl cuda_emulation_switch
.hidden cuda_emulation_switch
.type cuda_emulation_switch, @function
cuda_emulation_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size cuda_emulation_switch, .-cuda_emulation_switch
)");
static constexpr int RETURN_WORD = 6;
static constexpr int FRAME_WORDS = 8;  // keeps the stack aligned to 16 bytes, less the return address, at the entry
#elif defined(__aarch64__)
asm(R"(
.text
.globl cuda_emulation_switch
.hidden cuda_emulation_switch
.type cuda_emulation_switch, %function
cuda_emulation_switch:
    sub sp, sp, #160
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    mov x9, sp
    str x9, [x0]
    mov sp, x1
    ldp x19, x20, [sp, #0]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #160
    ret
.size cuda_emulation_switch, .-cuda_emulation_switch
)");
static constexpr int RETURN_WORD = 11;
static constexpr int FRAME_WORDS = 20;
#else
#error "The emulation switches fibers on x86-64 and aarch64 only."
#endif

namespace cuda_emulation
{
namespace
{
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t STACK_BYTES = 256 << 10;
#else
constexpr std::size_t STACK_BYTES = 64 << 10;
#endif
constexpr std::size_t GUARD_BYTES = 64 << 10;  // a whole page on every machine

[[noreturn]] void out_of_stacks()
{
    std::fputs("cuda emulation: no memory for a fiber's stack\n", stderr);
    std::abort();
}
}  // namespace

Fiber* create_fiber(void (*entry)())
{
    void* const region =
        mmap(nullptr, STACK_BYTES + GUARD_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (region == MAP_FAILED || mprotect(region, GUARD_BYTES, PROT_NONE) != 0)
    {
        out_of_stacks();
    }

    Fiber* const fiber = new Fiber;
    fiber->stack = static_cast<char*>(region) + GUARD_BYTES;
    fiber->stack_bytes = STACK_BYTES;
    auto* const top = reinterpret_cast<std::uintptr_t*>(static_cast<char*>(fiber->stack) + STACK_BYTES) - FRAME_WORDS;
    top[RETURN_WORD] = reinterpret_cast<std::uintptr_t>(entry);
    fiber->stack_pointer = top;
    return fiber;
}

void switch_fiber(Fiber& from, Fiber& to)
{
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&from.sanitizer_state, to.stack, to.stack_bytes);
#endif
    cuda_emulation_switch(&from.stack_pointer, to.stack_pointer);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(from.sanitizer_state, nullptr, nullptr);
#endif
}

void fiber_entered([[maybe_unused]] Fiber& self)
{
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
#endif
}
}  // namespace cuda_emulation
