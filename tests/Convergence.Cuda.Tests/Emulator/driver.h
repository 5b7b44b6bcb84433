// The emulated driver's state. Names and values of the API are those of NVIDIA's CUDA driver API reference.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace cuda_emulation
{
enum Result : int
{
    SUCCESS = 0,
    INVALID_VALUE = 1,
    OUT_OF_MEMORY = 2,
    NOT_INITIALIZED = 3,
    NO_DEVICE = 100,
    INVALID_DEVICE = 101,
    INVALID_IMAGE = 200,
    INVALID_CONTEXT = 201,
    NO_BINARY_FOR_GPU = 209,
    UNSUPPORTED_PTX_VERSION = 222,
    DEVICES_UNAVAILABLE = 46,
    INVALID_HANDLE = 400,
    NOT_FOUND = 500,
    NOT_READY = 600,
    ILLEGAL_ADDRESS = 700,
    CONTEXT_IS_DESTROYED = 709,
    LAUNCH_FAILED = 719,
};

using Clock = std::chrono::steady_clock;

struct Context;
struct Stream;

// A piece of work, or a wait for what another stream had been given when the wait was queued.
struct Work
{
    std::function<void()> run;
    std::shared_ptr<const unsigned long> reached{};  // how often the awaited event has happened
    unsigned long record = 0;                        // how often it must have
    Stream* source = nullptr;                        // where it is recorded
};

// Work is queued, and run when somebody waits for it: a result that is read too early is seen to be missing.
struct Stream
{
    Context* context;
    std::deque<Work> queue;
    Clock::time_point busy_until{};
};

struct Event
{
    Context* context;
    Stream* stream = nullptr;     // where it is queued and did not happen yet
    Clock::time_point happened{};
    unsigned long recorded = 0;
    std::shared_ptr<unsigned long> reached = std::make_shared<unsigned long>(0);  // outlives it in who waits
};

struct Allocation
{
    std::size_t byte_count;
    void* block;
};

struct Context
{
    int device;
    Result fault = SUCCESS;       // once a kernel faults, all that follows fails
    std::string fault_reason;
    Stream default_stream{this, {}, {}};
    std::map<std::uintptr_t, Allocation> allocations;
    std::vector<std::unique_ptr<Stream>> streams;
    std::vector<std::unique_ptr<Event>> events;
};

struct Device
{
    std::size_t allocated = 0;
    int retained = 0;
    std::unique_ptr<Context> context;
};

// What tests configure: by cudaEmulationConfigure, or by the environment before the first call.
struct Settings
{
    int device_count = 1;
    int busy_device = -1;                 // its context cannot be made: another process holds it alone
    int full_device = -1;                 // others have all of its memory but 1 MiB
    std::size_t memory_bytes = 1ull << 30;
    int driver_version = 12990;
    int compute_capability = 90;
    int newest_architecture = 90;         // that the emulated NVRTC knows
    std::string faulting_kernel;          // the next launch of it faults
    std::string idle_kernel;              // does nothing: a kernel that is broken
    std::string slow_kernel;              // "*": every one
    int slow_milliseconds = 0;
    int event_milliseconds = 0;           // between any two events; 0: what passed
    int failing_allocation = 0;           // counted down by allocations; the one that reaches zero fails
    std::string failing_call;             // the function of which, after working_count calls, failing_count return failing_status
    int failing_status = 0;
    int failing_count = 0;
    int working_count = 0;
    bool reversed = false;
    bool eager = false;                   // work is done as it is queued
    unsigned order = 0;                   // of several streams: 0 only what is waited for, 1 the others first, else a seed
    int lost_wait = 0;                    // counted down by waits of streams for events; the one that reaches zero is none
};

struct State
{
    std::recursive_mutex mutex;
    Settings settings;
    bool initialized = false;
    std::map<int, Device> devices;
    std::vector<std::unique_ptr<Context>> destroyed;  // kept: a thread may have one current still
    std::map<std::uintptr_t, std::size_t> pinned;
    long damaged_blocks = 0;              // allocations around which something was written
    unsigned long long choices = 0;       // the state of the random order of streams
};

State& state();

extern thread_local Context* current_context;

// Checks that there is a sound context and takes the lock for as long as it lives.
class Call
{
public:
    Call();
    Result status() const { return status_; }
    Context& context() const { return *current_context; }

private:
    std::unique_lock<std::recursive_mutex> lock_;
    Result status_;
};

Stream& stream_of(Context& context, void* handle);
void queue(Stream& stream, std::function<void()> work);
Result finish(Stream& stream);
Result finish(Context& context);
bool is_pinned(const void* pointer, std::size_t byte_count);
bool check_guards(const Allocation& allocation);
int configured_failure(const char* function);
bool is_failing_allocation();
void configure_from_environment(State& state);
}  // namespace cuda_emulation
