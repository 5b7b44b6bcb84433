// Streams and events of the driver API.
#include <algorithm>
#include <thread>

#include "driver.h"

namespace cuda_emulation
{
namespace
{
// The stream that must come further before another can go on; null when it can.
Stream* awaited_by(const Stream& stream)
{
    const Work& next = stream.queue.front();
    return next.reached != nullptr && *next.reached < next.record ? next.source : nullptr;
}

bool is_ready(const Stream& stream) { return !stream.queue.empty() && awaited_by(stream) == nullptr; }

void run_next(Stream& stream)
{
    const Work work = std::move(stream.queue.front());
    stream.queue.pop_front();
    if (work.run && stream.context->fault == SUCCESS)
    {
        work.run();
    }
}

// The stream whose work is done next while somebody waits for one of them: as a GPU may choose among those that can go on.
Stream& choose(Stream& wanted)
{
    Stream* forced = &wanted;
    while (Stream* const source = awaited_by(*forced))
    {
        forced = source;
    }

    State& all = state();
    if (all.settings.order == 0)
    {
        return *forced;
    }

    std::vector<Stream*> ready;
    for (const auto& stream : wanted.context->streams)
    {
        if (stream.get() != forced && is_ready(*stream)) ready.push_back(stream.get());
    }

    if (all.settings.order == 1)
    {
        return ready.empty() ? *forced : *ready.back();
    }

    // Knuth's MMIX generator.
    ready.push_back(forced);
    all.choices = all.choices * 6364136223846793005ull + 1442695040888963407ull + all.settings.order;
    return *ready[(all.choices >> 33) % ready.size()];
}

void enqueue(Stream& stream, Work work)
{
    stream.queue.push_back(std::move(work));
    if (state().settings.eager)
    {
        finish(stream);
    }
}

void drain(Stream& stream)
{
    while (!stream.queue.empty())
    {
        run_next(stream.context->fault == SUCCESS ? choose(stream) : stream);
    }
}
}  // namespace

Stream& stream_of(Context& context, void* handle)
{
    return handle == nullptr ? context.default_stream : *static_cast<Stream*>(handle);
}

void queue(Stream& stream, std::function<void()> work) { enqueue(stream, {std::move(work)}); }

Result finish(Stream& stream)
{
    drain(stream);
    const auto now = Clock::now();
    if (stream.busy_until > now)
    {
        std::this_thread::sleep_for(stream.busy_until - now);
    }

    return stream.context->fault;
}

Result finish(Context& context)
{
    finish(context.default_stream);
    for (const auto& stream : context.streams)
    {
        finish(*stream);
    }

    return context.fault;
}

namespace
{
// Runs streams until an event has happened.
Result reach(Event& event, unsigned long record)
{
    while (*event.reached < record && event.stream != nullptr && !event.stream->queue.empty() && event.context->fault == SUCCESS)
    {
        run_next(choose(*event.stream));
    }

    return event.context->fault;
}

template <class T> bool owns(const std::vector<std::unique_ptr<T>>& all, const void* wanted)
{
    return std::any_of(all.begin(), all.end(), [=](const auto& item) { return item.get() == wanted; });
}

template <class T> void erase(std::vector<std::unique_ptr<T>>& all, const void* wanted)
{
    all.erase(std::remove_if(all.begin(), all.end(), [=](const auto& item) { return item.get() == wanted; }), all.end());
}
}  // namespace
}  // namespace cuda_emulation

using namespace cuda_emulation;

EXPORT int cuStreamCreate(void** stream, unsigned)
{
    Call call;
    if (call.status()) return call.status();
    if (const int failure = configured_failure("cuStreamCreate")) return failure;
    call.context().streams.push_back(std::unique_ptr<Stream>(new Stream{&call.context(), {}, {}}));
    *stream = call.context().streams.back().get();
    return SUCCESS;
}

EXPORT int cuStreamCreateWithPriority(void** stream, unsigned flags, int) { return cuStreamCreate(stream, flags); }

EXPORT int cuStreamDestroy_v2(void* stream)
{
    Call call;
    if (current_context == nullptr) return INVALID_CONTEXT;
    if (!owns(call.context().streams, stream)) return INVALID_HANDLE;
    finish(*static_cast<Stream*>(stream));
    for (const auto& event : call.context().events)
    {
        if (event->stream == stream) event->stream = nullptr;
    }

    erase(call.context().streams, stream);
    return SUCCESS;
}

EXPORT int cuStreamSynchronize(void* stream)
{
    Call call;
    return call.status() ? call.status() : finish(stream_of(call.context(), stream));
}

EXPORT int cuStreamQuery(void* stream)
{
    Call call;
    if (call.status()) return call.status();
    Stream& queried = stream_of(call.context(), stream);
    drain(queried);
    return queried.context->fault ? queried.context->fault : Clock::now() < queried.busy_until ? NOT_READY : SUCCESS;
}

EXPORT int cuStreamWaitEvent(void* stream, void* handle, unsigned)
{
    Call call;
    if (call.status()) return call.status();
    if (!owns(call.context().events, handle)) return INVALID_HANDLE;
    const Event* const event = static_cast<Event*>(handle);
    Settings& settings = state().settings;
    const bool is_lost = settings.lost_wait > 0 && --settings.lost_wait == 0;
    if (!is_lost && event->stream != nullptr)
    {
        enqueue(stream_of(call.context(), stream), {nullptr, event->reached, event->recorded, event->stream});
    }

    return SUCCESS;
}

EXPORT int cuEventCreate(void** event, unsigned)
{
    Call call;
    if (call.status()) return call.status();
    if (const int failure = configured_failure("cuEventCreate")) return failure;
    call.context().events.push_back(std::make_unique<Event>());
    call.context().events.back()->context = &call.context();
    *event = call.context().events.back().get();
    return SUCCESS;
}

EXPORT int cuEventDestroy_v2(void* event)
{
    Call call;
    if (current_context == nullptr) return INVALID_CONTEXT;
    if (!owns(call.context().events, event)) return INVALID_HANDLE;
    reach(*static_cast<Event*>(event), static_cast<Event*>(event)->recorded);
    erase(call.context().events, event);
    return SUCCESS;
}

EXPORT int cuEventRecord(void* handle, void* stream)
{
    Call call;
    if (call.status()) return call.status();
    if (!owns(call.context().events, handle)) return INVALID_HANDLE;
    Event* const event = static_cast<Event*>(handle);
    Stream* const recorded_in = &stream_of(call.context(), stream);
    event->stream = recorded_in;
    const unsigned long record = ++event->recorded;
    queue(*recorded_in, [=]
    {
        *event->reached = std::max(*event->reached, record);
        event->happened = std::max(Clock::now(), recorded_in->busy_until);
    });
    return SUCCESS;
}

EXPORT int cuEventSynchronize(void* handle)
{
    Call call;
    if (call.status()) return call.status();
    if (!owns(call.context().events, handle)) return INVALID_HANDLE;
    Event& event = *static_cast<Event*>(handle);
    const Result status = reach(event, event.recorded);
    std::this_thread::sleep_until(event.happened);
    return status;
}

EXPORT int cuEventQuery(void* handle)
{
    Call call;
    if (call.status()) return call.status();
    if (!owns(call.context().events, handle)) return INVALID_HANDLE;
    Event& event = *static_cast<Event*>(handle);
    const Result status = reach(event, event.recorded);
    return status ? status : Clock::now() < event.happened ? NOT_READY : SUCCESS;
}

EXPORT int cuEventElapsedTime(float* milliseconds, void* start, void* end)
{
    Call call;
    if (call.status()) return call.status();
    const Event& first = *static_cast<Event*>(start);
    const Event& last = *static_cast<Event*>(end);
    if (first.recorded == 0 || last.recorded == 0) return INVALID_HANDLE;
    if (*first.reached < first.recorded || *last.reached < last.recorded || Clock::now() < last.happened) return NOT_READY;
    const int told = state().settings.event_milliseconds;
    *milliseconds = told > 0 ? static_cast<float>(told) : std::chrono::duration<float, std::milli>(last.happened - first.happened).count();
    return SUCCESS;
}

EXPORT int cuEventElapsedTime_v2(float* milliseconds, void* start, void* end) { return cuEventElapsedTime(milliseconds, start, end); }
