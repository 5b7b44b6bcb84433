// Memory of the driver API: device blocks are malloc'ed between guards, filled with what is not a number.
#include <cstdlib>
#include <cstring>

#include "driver.h"

namespace cuda_emulation
{
namespace
{
constexpr std::size_t GUARD_BYTES = 256;  // a device block begins at a multiple of 256
constexpr unsigned char GUARD = 0xA5;
constexpr unsigned char FRESH = 0xFF;     // as a float, not a number; as an index, -1

// Under the sanitizer the guards are poisoned by the allocator itself: a block has exactly its bytes.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool GUARDED = false;
#else
constexpr bool GUARDED = true;
#endif

unsigned char* bytes_of(const Allocation& allocation) { return static_cast<unsigned char*>(allocation.block); }

// A copy is done in its turn; of memory that is not pinned the driver takes its copy before it returns.
Result copy(Context& context, void* stream, void* destination, const void* source, std::size_t count, bool from_pageable)
{
    if (count == 0) return SUCCESS;
    if (from_pageable)
    {
        auto staged = std::make_shared<std::vector<unsigned char>>(
            static_cast<const unsigned char*>(source), static_cast<const unsigned char*>(source) + count);
        queue(stream_of(context, stream), [=] { std::memcpy(destination, staged->data(), count); });
        return SUCCESS;
    }

    queue(stream_of(context, stream), [=] { std::memmove(destination, source, count); });
    return SUCCESS;
}

// Whether the bytes lie inside one device block.
bool inside(const Context& context, std::uintptr_t pointer, std::size_t count)
{
    auto next = context.allocations.upper_bound(pointer);
    if (count == 0) return true;
    if (next == context.allocations.begin()) return false;
    --next;
    return pointer - next->first <= next->second.byte_count && count <= next->second.byte_count - (pointer - next->first);
}
}  // namespace

bool check_guards(const Allocation& allocation)
{
    if (!GUARDED) return true;
    const unsigned char* const before = bytes_of(allocation);
    const unsigned char* const after = before + GUARD_BYTES + allocation.byte_count;
    for (std::size_t i = 0; i < GUARD_BYTES; ++i)
    {
        if (before[i] != GUARD || after[i] != GUARD) return false;
    }

    return true;
}

bool is_pinned(const void* pointer, std::size_t byte_count)
{
    const auto address = reinterpret_cast<std::uintptr_t>(pointer);
    auto next = state().pinned.upper_bound(address);
    if (next == state().pinned.begin()) return false;
    --next;
    return address + byte_count <= next->first + next->second;
}
}  // namespace cuda_emulation

using namespace cuda_emulation;

EXPORT int cuMemAlloc_v2(std::uintptr_t* pointer, std::size_t count)
{
    Call call;
    if (call.status()) return call.status();
    if (count == 0) return INVALID_VALUE;
    State& all = state();
    Device& device = all.devices[call.context().device];
    if (is_failing_allocation() || device.allocated + count > all.settings.memory_bytes) return OUT_OF_MEMORY;
    const std::size_t guard = GUARDED ? GUARD_BYTES : 0;
    const std::size_t total = GUARDED ? (count + 2 * guard + 255) / 256 * 256 : count;
    void* block = nullptr;
    if (posix_memalign(&block, 256, total) != 0) return OUT_OF_MEMORY;
    std::memset(block, GUARD, guard);
    std::memset(static_cast<unsigned char*>(block) + guard, FRESH, count);
    std::memset(static_cast<unsigned char*>(block) + guard + count, GUARD, guard);
    *pointer = reinterpret_cast<std::uintptr_t>(block) + guard;
    call.context().allocations[*pointer] = {count, block};
    device.allocated += count;
    return SUCCESS;
}

EXPORT int cuMemFree_v2(std::uintptr_t pointer)
{
    Call call;
    if (pointer == 0) return SUCCESS;
    if (current_context == nullptr) return INVALID_CONTEXT;
    Context& context = call.context();
    const auto found = context.allocations.find(pointer);
    if (found == context.allocations.end()) return INVALID_VALUE;
    const Result status = finish(context);
    const bool sound = check_guards(found->second);
    state().damaged_blocks += sound ? 0 : 1;
    state().devices[context.device].allocated -= found->second.byte_count;
    std::free(found->second.block);
    context.allocations.erase(found);
    return status ? status : sound ? SUCCESS : ILLEGAL_ADDRESS;
}

EXPORT int cuMemGetInfo_v2(std::size_t* free_bytes, std::size_t* total_bytes)
{
    Call call;
    if (call.status()) return call.status();
    *total_bytes = state().settings.memory_bytes;
    const std::size_t used = state().devices[call.context().device].allocated;
    *free_bytes = call.context().device == state().settings.full_device ? 1 << 20 : used < *total_bytes ? *total_bytes - used : 0;
    return SUCCESS;
}

EXPORT int cuMemHostAlloc(void** pointer, std::size_t count, unsigned)
{
    Call call;
    if (call.status()) return call.status();
    if (const int failure = configured_failure("cuMemHostAlloc")) return failure;
    if (is_failing_allocation() || posix_memalign(pointer, 256, count == 0 ? 1 : count) != 0) return OUT_OF_MEMORY;
    std::memset(*pointer, FRESH, count);
    state().pinned[reinterpret_cast<std::uintptr_t>(*pointer)] = count;
    return SUCCESS;
}

EXPORT int cuMemAllocHost_v2(void** pointer, std::size_t count) { return cuMemHostAlloc(pointer, count, 0); }

EXPORT int cuMemFreeHost(void* pointer)
{
    Call call;
    const auto found = state().pinned.find(reinterpret_cast<std::uintptr_t>(pointer));
    if (found == state().pinned.end()) return INVALID_VALUE;
    const Result status = current_context == nullptr ? SUCCESS : finish(*current_context);
    state().pinned.erase(found);
    std::free(pointer);
    return status;
}

EXPORT int cuMemHostRegister_v2(void* pointer, std::size_t count, unsigned)
{
    Call call;
    if (call.status()) return call.status();
    state().pinned[reinterpret_cast<std::uintptr_t>(pointer)] = count;
    return SUCCESS;
}

EXPORT int cuMemHostUnregister(void* pointer)
{
    Call call;
    if (current_context != nullptr) finish(*current_context);
    return state().pinned.erase(reinterpret_cast<std::uintptr_t>(pointer)) ? SUCCESS : INVALID_VALUE;
}

EXPORT int cuMemcpyHtoDAsync_v2(std::uintptr_t destination, const void* source, std::size_t count, void* stream)
{
    Call call;
    if (call.status()) return call.status();
    if (const int failure = configured_failure("cuMemcpyHtoDAsync")) return failure;
    if (!inside(call.context(), destination, count)) return INVALID_VALUE;
    return copy(call.context(), stream, reinterpret_cast<void*>(destination), source, count, !is_pinned(source, count));
}

EXPORT int cuMemcpyDtoHAsync_v2(void* destination, std::uintptr_t source, std::size_t count, void* stream)
{
    Call call;
    if (call.status()) return call.status();
    if (!inside(call.context(), source, count)) return INVALID_VALUE;
    const Result status = copy(call.context(), stream, destination, reinterpret_cast<const void*>(source), count, false);
    return status || is_pinned(destination, count) ? status : finish(stream_of(call.context(), stream));
}

EXPORT int cuMemcpyDtoDAsync_v2(std::uintptr_t destination, std::uintptr_t source, std::size_t count, void* stream)
{
    Call call;
    if (call.status()) return call.status();
    if (!inside(call.context(), destination, count) || !inside(call.context(), source, count)) return INVALID_VALUE;
    return copy(call.context(), stream, reinterpret_cast<void*>(destination), reinterpret_cast<const void*>(source), count, false);
}

EXPORT int cuMemcpyHtoD_v2(std::uintptr_t destination, const void* source, std::size_t count)
{
    const int status = cuMemcpyHtoDAsync_v2(destination, source, count, nullptr);
    return status ? status : finish(*current_context);
}

EXPORT int cuMemcpyDtoH_v2(void* destination, std::uintptr_t source, std::size_t count)
{
    const int status = cuMemcpyDtoHAsync_v2(destination, source, count, nullptr);
    return status ? status : finish(*current_context);
}

EXPORT int cuMemcpyDtoD_v2(std::uintptr_t destination, std::uintptr_t source, std::size_t count)
{
    return cuMemcpyDtoDAsync_v2(destination, source, count, nullptr);
}

EXPORT int cuMemsetD8Async(std::uintptr_t destination, unsigned char value, std::size_t count, void* stream)
{
    Call call;
    if (call.status()) return call.status();
    if (!inside(call.context(), destination, count)) return INVALID_VALUE;
    queue(stream_of(call.context(), stream), [=] { std::memset(reinterpret_cast<void*>(destination), value, count); });
    return SUCCESS;
}

EXPORT int cuMemsetD32Async(std::uintptr_t destination, unsigned value, std::size_t count, void* stream)
{
    Call call;
    if (call.status()) return call.status();
    if (!inside(call.context(), destination, count * sizeof(value))) return INVALID_VALUE;
    queue(stream_of(call.context(), stream), [=] { std::fill_n(reinterpret_cast<unsigned*>(destination), count, value); });
    return SUCCESS;
}
