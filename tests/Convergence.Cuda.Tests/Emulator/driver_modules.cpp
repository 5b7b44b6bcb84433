// Modules, functions and launches of the driver API. A module's image is what the emulated NVRTC returns: the name of a kernel file
// that was compiled into this library.
#include <cstdio>
#include <cstring>

#include "driver.h"
#include "image.h"
#include "scheduler.h"

using namespace cuda_emulation;

namespace
{
struct Module { std::string name; };

Result check_extents(const Extent& grid, const Extent& block, unsigned shared_bytes)
{
    const bool some = grid.x > 0 && grid.y > 0 && grid.z > 0 && block.x > 0 && block.y > 0 && block.z > 0;
    const bool grid_fits = grid.x <= 0x7fffffffu && grid.y <= 65535 && grid.z <= 65535;
    const bool block_fits = static_cast<std::uint64_t>(block.x) * block.y * block.z <= 1024 && block.z <= 64;
    if (some && grid_fits && block_fits && shared_bytes <= (99u << 10))
    {
        return SUCCESS;
    }

    std::fprintf(stderr, "cuda emulation: a launch beyond the device's limits: grid %u x %u x %u, block %u x %u x %u, %u bytes shared\n",
                 grid.x, grid.y, grid.z, block.x, block.y, block.z, shared_bytes);
    return INVALID_VALUE;
}

void launch_now(Stream& stream, const Kernel& kernel, const Launch& launch, int fault, int slow_milliseconds)
{
    const char* const reason = fault != 0 ? "the configured fault" : run(launch);
    if (reason != nullptr)
    {
        std::fprintf(stderr, "cuda emulation: kernel %s: %s\n", kernel.name, reason);
        stream.context->fault = fault != 0 ? ILLEGAL_ADDRESS : LAUNCH_FAILED;
        stream.context->fault_reason = reason;
    }

    if (slow_milliseconds > 0)
    {
        stream.busy_until = std::max(Clock::now(), stream.busy_until) + std::chrono::milliseconds(slow_milliseconds);
    }
}
}  // namespace

EXPORT int cuModuleLoadData(void** module, const void* image)
{
    Call call;
    if (call.status()) return call.status();
    if (const int failure = configured_failure("cuModuleLoadData")) return failure;
    const char* const text = static_cast<const char*>(image);
    if (std::strncmp(text, IMAGE_PREFIX, std::strlen(IMAGE_PREFIX)) != 0) return INVALID_IMAGE;
    int architecture = 0;
    int toolkit = 0;
    char name[256] = "";
    if (std::sscanf(text + std::strlen(IMAGE_PREFIX), "%d %d %255s", &architecture, &toolkit, name) != 3) return INVALID_IMAGE;
    if (toolkit > state().settings.driver_version) return UNSUPPORTED_PTX_VERSION;
    if (architecture > state().settings.compute_capability) return NO_BINARY_FOR_GPU;
    *module = new Module{name};
    return SUCCESS;
}

EXPORT int cuModuleLoadDataEx(void** module, const void* image, unsigned, int*, void**) { return cuModuleLoadData(module, image); }

EXPORT int cuModuleUnload(void* module)
{
    Call call;
    if (current_context != nullptr) finish(*current_context);
    delete static_cast<Module*>(module);
    return SUCCESS;
}

EXPORT int cuModuleGetFunction(Kernel** function, void* module, const char* name)
{
    Call call;
    if (call.status()) return call.status();
    for (Kernel* kernel = kernels(); kernel != nullptr; kernel = kernel->next)
    {
        if (static_cast<Module*>(module)->name == kernel->module && std::strcmp(kernel->name, name) == 0)
        {
            *function = kernel;
            return SUCCESS;
        }
    }

    return NOT_FOUND;
}

EXPORT int cuFuncSetAttribute(const Kernel*, int, int)
{
    Call call;
    return call.status();
}

EXPORT int cuFuncGetAttribute(int* value, int attribute, const Kernel*)
{
    Call call;
    *value = attribute == 0 ? 1024 : 0;  // MAX_THREADS_PER_BLOCK
    return call.status();
}

EXPORT int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, const Kernel*, int threads, std::size_t)
{
    Call call;
    if (threads < 1) return INVALID_VALUE;
    *blocks = 2048 / threads;
    return call.status();
}

EXPORT int cuLaunchKernel(Kernel* kernel, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y,
                          unsigned block_z, unsigned shared_bytes, void* stream, void** parameters, void** extra)
{
    Call call;
    if (call.status()) return call.status();
    if (const int failure = configured_failure("cuLaunchKernel")) return failure;
    const Extent grid{grid_x, grid_y, grid_z};
    const Extent block{block_x, block_y, block_z};
    if (kernel == nullptr || parameters == nullptr || extra != nullptr) return INVALID_VALUE;
    if (const Result status = check_extents(grid, block, shared_bytes)) return status;

    // The parameters are the launch's own from now on, as on a device.
    const auto* const first = static_cast<const unsigned char*>(parameters[0]);
    auto held = std::make_shared<std::vector<std::uint64_t>>((kernel->parameter_bytes + 7) / 8);
    std::memcpy(held->data(), first, kernel->parameter_bytes);
    Settings& settings = state().settings;
    ++kernel->launches;
    const bool faults = settings.faulting_kernel == kernel->name;
    if (faults) settings.faulting_kernel.clear();
    const bool idle = settings.idle_kernel == kernel->name;
    const bool slow = settings.slow_kernel == "*" || settings.slow_kernel == kernel->name;
    const int slow_milliseconds = slow ? settings.slow_milliseconds : 0;
    const bool reversed = settings.reversed;
    Stream& target = stream_of(call.context(), stream);
    queue(target, [=, &target]
    {
        if (idle) return;
        launch_now(target, *kernel, {kernel->entry, held->data(), grid, block, shared_bytes, reversed}, faults, slow_milliseconds);
    });
    return SUCCESS;
}
