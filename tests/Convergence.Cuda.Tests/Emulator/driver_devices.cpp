// Devices, contexts and errors of the driver API.
#include <cstdio>
#include <cstring>

#include "driver.h"

namespace cuda_emulation
{
thread_local Context* current_context = nullptr;

State& state()
{
    static State* const instance = []
    {
        State* const made = new State;
        configure_from_environment(*made);
        return made;
    }();
    return *instance;
}

Call::Call() : lock_(state().mutex)
{
    status_ = !state().initialized ? NOT_INITIALIZED : current_context == nullptr ? INVALID_CONTEXT : current_context->fault;
}

namespace
{
struct ErrorText { Result code; const char* name; const char* text; };

constexpr ErrorText ERRORS[] = {
    {SUCCESS, "CUDA_SUCCESS", "no error"},
    {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {DEVICES_UNAVAILABLE, "CUDA_ERROR_DEVICE_UNAVAILABLE", "CUDA-capable device(s) is/are busy or unavailable"},
    {NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {INVALID_IMAGE, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
    {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {NO_BINARY_FOR_GPU, "CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for execution on the device"},
    {UNSUPPORTED_PTX_VERSION, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "the provided PTX was compiled with an unsupported toolchain."},
    {INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {NOT_READY, "CUDA_ERROR_NOT_READY", "device not ready"},
    {ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {CONTEXT_IS_DESTROYED, "CUDA_ERROR_CONTEXT_IS_DESTROYED", "context is destroyed"},
    {LAUNCH_FAILED, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
};

const ErrorText* find_error(int code)
{
    for (const ErrorText& error : ERRORS)
    {
        if (error.code == code)
        {
            return &error;
        }
    }

    return nullptr;
}

Result check_device(int device)
{
    return !state().initialized ? NOT_INITIALIZED
        : device < 0 || device >= state().settings.device_count ? INVALID_DEVICE
                                                                 : SUCCESS;
}

// Values of CUdevice_attribute that a program may want.
int attribute_value(int attribute, int device)
{
    const Settings& settings = state().settings;
    switch (attribute)
    {
        case 1: return 1024;                                    // MAX_THREADS_PER_BLOCK
        case 2: case 3: return 1024;                            // MAX_BLOCK_DIM_X, Y
        case 4: return 64;                                      // MAX_BLOCK_DIM_Z
        case 5: return 0x7fffffff;                              // MAX_GRID_DIM_X
        case 6: case 7: return 65535;                           // MAX_GRID_DIM_Y, Z
        case 8: return 48 << 10;                                // MAX_SHARED_MEMORY_PER_BLOCK
        case 10: return 32;                                     // WARP_SIZE
        case 12: return 65536;                                  // MAX_REGISTERS_PER_BLOCK
        case 16: return 8;                                      // MULTIPROCESSOR_COUNT
        case 20: return device == settings.busy_device ? 3 : 0; // COMPUTE_MODE: 3 is EXCLUSIVE_PROCESS
        case 33: return device;                                 // PCI_BUS_ID
        case 34: case 50: return 0;                             // PCI_DEVICE_ID, PCI_DOMAIN_ID
        case 39: return 2048;                                   // MAX_THREADS_PER_MULTIPROCESSOR
        case 40: return 2;                                      // ASYNC_ENGINE_COUNT
        case 41: return 1;                                      // UNIFIED_ADDRESSING
        case 75: return settings.compute_capability / 10;       // COMPUTE_CAPABILITY_MAJOR
        case 76: return settings.compute_capability % 10;       // COMPUTE_CAPABILITY_MINOR
        case 97: return 99 << 10;                               // MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
        default: return 0;
    }
}
}  // namespace
}  // namespace cuda_emulation

using namespace cuda_emulation;

EXPORT int cuInit(unsigned flags)
{
    State& all = state();
    std::lock_guard<std::recursive_mutex> lock(all.mutex);
    if (flags != 0) return INVALID_VALUE;
    if (all.settings.device_count == 0) return NO_DEVICE;
    all.initialized = true;
    return SUCCESS;
}

EXPORT int cuDriverGetVersion(int* version)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    *version = state().settings.driver_version;
    return SUCCESS;
}

EXPORT int cuGetErrorName(int error, const char** name)
{
    const auto* const found = find_error(error);
    *name = found ? found->name : nullptr;
    return found ? SUCCESS : INVALID_VALUE;
}

EXPORT int cuGetErrorString(int error, const char** text)
{
    const auto* const found = find_error(error);
    *text = found ? found->text : nullptr;
    return found ? SUCCESS : INVALID_VALUE;
}

EXPORT int cuDeviceGetCount(int* count)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    *count = state().settings.device_count;
    return state().initialized ? SUCCESS : NOT_INITIALIZED;
}

EXPORT int cuDeviceGet(int* device, int ordinal)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    *device = ordinal;
    return check_device(ordinal);
}

EXPORT int cuDeviceGetName(char* name, int length, int device)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    const Result status = check_device(device);
    if (status == SUCCESS) std::snprintf(name, static_cast<std::size_t>(length), "Emulated GPU %d", device);
    return status;
}

EXPORT int cuDeviceTotalMem_v2(std::size_t* bytes, int device)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    *bytes = state().settings.memory_bytes;
    return check_device(device);
}

EXPORT int cuDeviceGetAttribute(int* value, int attribute, int device)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    *value = attribute_value(attribute, device);
    return check_device(device);
}

EXPORT int cuDeviceGetUuid(unsigned char* uuid, int device)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    std::memset(uuid, 0, 16);
    uuid[15] = static_cast<unsigned char>(device);
    return check_device(device);
}

EXPORT int cuDeviceGetUuid_v2(unsigned char* uuid, int device) { return cuDeviceGetUuid(uuid, device); }

EXPORT int cuDevicePrimaryCtxRetain(Context** context, int device)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    if (const Result status = check_device(device)) return status;
    if (device == state().settings.busy_device) return DEVICES_UNAVAILABLE;
    if (const int failure = configured_failure("cuDevicePrimaryCtxRetain")) return failure;
    Device& owner = state().devices[device];
    if (!owner.context)
    {
        owner.context = std::make_unique<Context>();
        owner.context->device = device;
    }

    ++owner.retained;
    *context = owner.context.get();
    return SUCCESS;
}

static void destroy_context(Device& device)
{
    if (!device.context) return;
    finish(*device.context);
    for (const auto& allocation : device.context->allocations)
    {
        state().damaged_blocks += check_guards(allocation.second) ? 0 : 1;
        std::free(allocation.second.block);
    }

    device.allocated = 0;
    device.context->allocations.clear();
    device.context->fault = CONTEXT_IS_DESTROYED;
    state().destroyed.push_back(std::move(device.context));
}

EXPORT int cuDevicePrimaryCtxRelease_v2(int device)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    if (const Result status = check_device(device)) return status;
    Device& owner = state().devices[device];
    if (owner.retained == 0) return INVALID_CONTEXT;
    if (--owner.retained == 0) destroy_context(owner);
    return SUCCESS;
}

EXPORT int cuDevicePrimaryCtxReset_v2(int device)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    if (const Result status = check_device(device)) return status;
    destroy_context(state().devices[device]);
    return SUCCESS;
}

EXPORT int cuDevicePrimaryCtxGetState(int device, unsigned* flags, int* active)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    *flags = 0;
    *active = state().devices[device].context != nullptr;
    return check_device(device);
}

EXPORT int cuDevicePrimaryCtxSetFlags_v2(int device, unsigned)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    return check_device(device);
}

static thread_local std::vector<Context*> pushed_contexts;

EXPORT int cuCtxSetCurrent(Context* context)
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    current_context = context;
    return state().initialized ? SUCCESS : NOT_INITIALIZED;
}

EXPORT int cuCtxGetCurrent(Context** context)
{
    *context = current_context;
    return SUCCESS;
}

EXPORT int cuCtxPushCurrent_v2(Context* context)
{
    pushed_contexts.push_back(current_context);
    return cuCtxSetCurrent(context);
}

EXPORT int cuCtxPopCurrent_v2(Context** context)
{
    if (pushed_contexts.empty()) return INVALID_CONTEXT;
    if (context != nullptr) *context = current_context;
    current_context = pushed_contexts.back();
    pushed_contexts.pop_back();
    return SUCCESS;
}

EXPORT int cuCtxSynchronize()
{
    Call call;
    return call.status() ? call.status() : finish(call.context());
}

EXPORT int cuCtxGetDevice(int* device)
{
    Call call;
    if (current_context == nullptr) return INVALID_CONTEXT;
    *device = call.context().device;
    return SUCCESS;
}
