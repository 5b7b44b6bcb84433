// cudaEmulationConfigure and what tests ask the emulation about.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "driver.h"
#include "scheduler.h"

namespace cuda_emulation
{
namespace
{
// "cublasCreate 3", "cublasCreate 3 100" or "cublasCreate 3 100 2": the function, what it returns, how many calls of it do, and how many
// do well before.
bool set_failing_call(Settings& settings, const std::string& value)
{
    char function[64] = "";
    settings.failing_count = 1;
    settings.working_count = 0;
    const bool known = std::sscanf(
        value.c_str(), "%63s %d %d %d",
        function, &settings.failing_status, &settings.failing_count, &settings.working_count) >= 2;
    settings.failing_call = function;
    return known;
}

bool set(Settings& settings, const std::string& key, const std::string& value)
{
    const long long number = std::atoll(value.c_str());
    if (key == "devices") settings.device_count = static_cast<int>(number);
    else if (key == "busy") settings.busy_device = static_cast<int>(number);
    else if (key == "full") settings.full_device = static_cast<int>(number);
    else if (key == "memory") settings.memory_bytes = static_cast<std::size_t>(number);
    else if (key == "driver_version") settings.driver_version = static_cast<int>(number);
    else if (key == "compute_capability") settings.compute_capability = static_cast<int>(number);
    else if (key == "newest_architecture") settings.newest_architecture = static_cast<int>(number);
    else if (key == "fault") settings.faulting_kernel = value;
    else if (key == "idle") settings.idle_kernel = value;
    else if (key == "slow") settings.slow_kernel = value;
    else if (key == "slow_ms") settings.slow_milliseconds = static_cast<int>(number);
    else if (key == "event_ms") settings.event_milliseconds = static_cast<int>(number);
    else if (key == "failing_allocation") settings.failing_allocation = static_cast<int>(number);
    else if (key == "failing_call") return set_failing_call(settings, value);
    else if (key == "reversed") settings.reversed = number != 0;
    else if (key == "eager") settings.eager = number != 0;
    else if (key == "order") settings.order = static_cast<unsigned>(number);
    else if (key == "lost_wait") settings.lost_wait = static_cast<int>(number);
    else return false;
    return true;
}
}  // namespace

void configure_from_environment(State& state)
{
    static const char* const keys[][2] = {
        {"devices", "CUDA_EMULATION_DEVICES"}, {"busy", "CUDA_EMULATION_BUSY"}, {"memory", "CUDA_EMULATION_MEMORY"},
        {"full", "CUDA_EMULATION_FULL"},
        {"driver_version", "CUDA_EMULATION_DRIVER_VERSION"}, {"compute_capability", "CUDA_EMULATION_COMPUTE_CAPABILITY"},
        {"newest_architecture", "CUDA_EMULATION_NEWEST_ARCHITECTURE"}, {"fault", "CUDA_EMULATION_FAULT"},
        {"idle", "CUDA_EMULATION_IDLE"}, {"slow", "CUDA_EMULATION_SLOW"}, {"slow_ms", "CUDA_EMULATION_SLOW_MS"},
        {"failing_allocation", "CUDA_EMULATION_FAILING_ALLOCATION"}, {"failing_call", "CUDA_EMULATION_FAILING_CALL"},
        {"reversed", "CUDA_EMULATION_REVERSED"},
        {"eager", "CUDA_EMULATION_EAGER"}, {"event_ms", "CUDA_EMULATION_EVENT_MS"}, {"order", "CUDA_EMULATION_ORDER"},
        {"lost_wait", "CUDA_EMULATION_LOST_WAIT"},
    };
    for (const auto& key : keys)
    {
        if (const char* const value = std::getenv(key[1]))
        {
            set(state.settings, key[0], value);
        }
    }
}

int configured_failure(const char* function)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    Settings& settings = state().settings;
    if (settings.failing_call != function || settings.failing_count == 0) return 0;
    if (settings.working_count > 0)
    {
        --settings.working_count;
        return 0;
    }

    --settings.failing_count;
    return settings.failing_status;
}

bool is_failing_allocation()
{
    Settings& settings = state().settings;
    return settings.failing_allocation > 0 && --settings.failing_allocation == 0;
}
}  // namespace cuda_emulation

using namespace cuda_emulation;

// 1, or 0 for an unknown key. The key "reset" gives back every setting's default and forgets damage.
EXPORT int cudaEmulationConfigure(const char* key, const char* value)
{
    State& all = state();
    std::lock_guard<std::recursive_mutex> lock(all.mutex);
    if (std::strcmp(key, "reset") == 0)
    {
        all.settings = Settings();
        all.damaged_blocks = 0;
        configure_from_environment(all);
        return 1;
    }

    return set(all.settings, key, value) ? 1 : 0;
}

EXPORT long long cudaEmulationAllocatedBytes(int device)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    return static_cast<long long>(state().devices[device].allocated);
}

// One line per kernel: its file, its name, and how often it was launched.
EXPORT const char* cudaEmulationLaunches()
{
    static std::string text;
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    text.clear();
    for (const Kernel* kernel = kernels(); kernel != nullptr; kernel = kernel->next)
    {
        text += std::string(kernel->module) + " " + kernel->name + " " + std::to_string(kernel->launches) + "\n";
    }

    return text.c_str();
}

EXPORT long long cudaEmulationDamagedBlocks()
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    for (auto& device : state().devices)
    {
        if (device.second.context)
        {
            for (const auto& allocation : device.second.context->allocations)
            {
                state().damaged_blocks += check_guards(allocation.second) ? 0 : 1;
            }
        }
    }

    return state().damaged_blocks;
}
