#include "scheduler.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "fiber.h"

#if defined(__SANITIZE_ADDRESS__)
#include <pthread.h>
#endif

namespace cuda_emulation
{
thread_local Thread* current = nullptr;

Kernel*& kernels()
{
    static Kernel* first = nullptr;
    return first;
}

// Runs one block after another on its system thread. Threads are begun one by one on a fiber; only a thread that waits keeps its fiber,
// so a kernel that never waits runs as a plain loop on one. Threads know their runner, and it where `current` lies: finding either through
// the system thread, at every wait, would take longer than switching fibers.
class BlockRunner
{
public:
    static BlockRunner& of_this_thread()
    {
        static thread_local BlockRunner* const runner = new BlockRunner;
        return *runner;
    }

    const char* run(const Launch& launch, Extent index)
    {
        block_ = {&launch, index};
        const unsigned count = launch.block.x * launch.block.y * launch.block.z;
        threads_.resize(count);
        warps_.resize((count + 31) / 32);
        for (unsigned i = 0; i < warps_.size(); ++i)
        {
            warps_[i].lane_count = count - i * 32 < 32 ? count - i * 32 : 32;
            warps_[i].arrived = warps_[i].votes[0] = warps_[i].votes[1] = 0;
        }

        // What the last block left, and what a block has not written, must not look like a result: 0xffffffff is not a number.
        shared_.assign(launch.shared_bytes / sizeof(Slot) + 1, Slot{{~0ull, ~0ull}});
        begun_ = finished_ = at_barrier_ = 0;
        failure_ = nullptr;
        ready_.clear();
        next_ready_ = 0;
        if (!prepare_stack())
        {
            return "no stack";
        }

        switch_fiber(main_, *idle_fiber());
        current_ = nullptr;
        return failure_;
    }

    void* shared() { return shared_.data(); }

    void wait_for_block(Thread& self)
    {
        ++at_barrier_;
        waiting_.push_back(&self);
        if (!release_barrier())
        {
            leave(self);
        }
    }

    void wait_for_warp(Thread& self)
    {
        Warp& warp = *self.warp;
        if (++warp.arrived < warp.lane_count)
        {
            leave(self);
            return;
        }

        // The last lane goes on at once; the others follow. All have read what the exchange before this one brought.
        warp.arrived = warp.votes[self.exchanges & 1] = 0;
        const unsigned first = self.linear & ~31u;
        for (unsigned i = 0; i < warp.lane_count; ++i)
        {
            if (&threads_[first + i] != &self)
            {
                ready_.push_back(&threads_[first + i]);
            }
        }
    }

    [[noreturn]] void fail(const char* reason)
    {
        failure_ = reason;
        abandon(*current_->fiber);
    }

private:
    struct alignas(16) Slot { unsigned long long words[2]; };

    static void entry()
    {
        BlockRunner& runner = of_this_thread();
        Fiber* const self = runner.entering_;
        fiber_entered(*self);
        for (;;)
        {
            runner.run_threads(*self);
        }
    }

    bool prepare_stack()
    {
#if defined(__SANITIZE_ADDRESS__)
        if (main_.stack == nullptr)
        {
            pthread_attr_t attributes;
            if (pthread_getattr_np(pthread_self(), &attributes) != 0)
            {
                return false;
            }

            pthread_attr_getstack(&attributes, &main_.stack, &main_.stack_bytes);
            pthread_attr_destroy(&attributes);
        }
#endif
        return true;
    }

    unsigned thread_count() const { return static_cast<unsigned>(threads_.size()); }

    // Runs threads that were not begun, then hands over to one that may go on.
    void run_threads(Fiber& self)
    {
        while (begun_ < thread_count())
        {
            const unsigned order = begun_++;
            begin(self, block_.launch->reversed ? thread_count() - 1 - order : order);
            block_.launch->entry(block_.launch->parameters);
            ++finished_;
            if (current_->warp->arrived > 0)
            {
                fail("a thread ended while others of its warp wait for it");
            }

            release_barrier();
        }

        idle_.push_back(&self);
        switch_fiber(self, next_fiber());
    }

    void begin(Fiber& self, unsigned linear)
    {
        const Extent& extent = block_.launch->block;
        Thread& thread = threads_[linear];
        thread = {{linear % extent.x, linear / extent.x % extent.y, linear / (extent.x * extent.y)},
                  &block_, linear, 0, &warps_[linear / 32], &self, this};
        current_ = &thread;
    }

    // Whether all threads that did not end have come to the barrier; then they may go on.
    bool release_barrier()
    {
        if (at_barrier_ == 0 || at_barrier_ + finished_ < thread_count())
        {
            return false;
        }

        for (Thread* const thread : waiting_)
        {
            if (thread != current_)
            {
                ready_.push_back(thread);
            }
        }

        waiting_.clear();
        at_barrier_ = 0;
        return true;
    }

    void leave(Thread& self)
    {
        switch_fiber(*self.fiber, next_fiber());
        current_ = &self;
    }

    // Where to go on: a thread that may, else one not begun, else, when all have ended, the caller.
    Fiber& next_fiber()
    {
        if (next_ready_ < ready_.size())
        {
            Thread* const thread = ready_[next_ready_++];
            if (next_ready_ == ready_.size())
            {
                ready_.clear();
                next_ready_ = 0;
            }

            return *thread->fiber;
        }

        if (begun_ < thread_count())
        {
            return *idle_fiber();
        }

        if (finished_ < thread_count())
        {
            failure_ = "threads of a block wait for different things, and none of them can come";
            waiting_.clear();
        }

        return main_;
    }

    Fiber* idle_fiber()
    {
        if (idle_.empty())
        {
            idle_.push_back(create_fiber(&entry));
        }

        Fiber* const fiber = idle_.back();
        idle_.pop_back();
        entering_ = fiber;
        return fiber;
    }

    // After a failure the fibers that wait are never gone on with; their stacks are given up.
    [[noreturn]] void abandon(Fiber& self)
    {
        waiting_.clear();
        switch_fiber(self, main_);
        std::abort();
    }

    Thread*& current_ = current;
    Block block_{};
    std::vector<Thread> threads_;
    std::vector<Warp> warps_;
    std::vector<Slot> shared_;
    std::vector<Thread*> waiting_;
    std::vector<Thread*> ready_;
    std::size_t next_ready_ = 0;
    std::vector<Fiber*> idle_;
    Fiber* entering_ = nullptr;
    Fiber main_;
    unsigned begun_ = 0, finished_ = 0, at_barrier_ = 0;
    const char* failure_ = nullptr;
};

namespace
{
// A few system threads that run blocks side by side; the caller is one of them.
class Team
{
public:
    static Team& shared()
    {
        static Team* const team = new Team;
        return *team;
    }

    void run(unsigned item_count, const std::function<void(unsigned)>& item)
    {
        std::lock_guard<std::mutex> turn(turn_);
        {
            std::lock_guard<std::mutex> lock(mutex_);
            item_ = &item;
            count_ = item_count;
            next_.store(0);
            working_ = static_cast<unsigned>(workers_.size());
            ++round_;
        }

        begin_.notify_all();
        take();
        std::unique_lock<std::mutex> lock(mutex_);
        end_.wait(lock, [this] { return working_ == 0; });
    }

private:
    Team()
    {
        const unsigned processors = std::thread::hardware_concurrency();
        const unsigned count = processors < 1 ? 1 : processors > 4 ? 4 : processors;
        for (unsigned i = 1; i < count; ++i)
        {
            workers_.emplace_back([this] { work(); });
            workers_.back().detach();
        }
    }

    void take()
    {
        for (unsigned i = next_.fetch_add(1); i < count_; i = next_.fetch_add(1))
        {
            (*item_)(i);
        }
    }

    void work()
    {
        for (unsigned long seen = 0;;)
        {
            {
                std::unique_lock<std::mutex> lock(mutex_);
                begin_.wait(lock, [&] { return round_ != seen; });
                seen = round_;
            }

            take();
            std::lock_guard<std::mutex> lock(mutex_);
            if (--working_ == 0)
            {
                end_.notify_one();
            }
        }
    }

    std::mutex turn_, mutex_;
    std::condition_variable begin_, end_;
    std::vector<std::thread> workers_;
    const std::function<void(unsigned)>* item_ = nullptr;
    unsigned count_ = 0, working_ = 0;
    unsigned long round_ = 0;
    std::atomic<unsigned> next_{0};
};

// Fewer threads than this are run by the caller alone.
constexpr unsigned MIN_SHARED_THREADS = 2048;
}  // namespace

void* dynamic_shared() { return BlockRunner::of_this_thread().shared(); }

void wait_for_block(Thread& self) { self.runner->wait_for_block(self); }

void wait_for_warp(Thread& self) { self.runner->wait_for_warp(self); }

void fail(const char* reason) { BlockRunner::of_this_thread().fail(reason); }

const char* run(const Launch& launch)
{
    const unsigned blocks = launch.grid.x * launch.grid.y * launch.grid.z;
    std::atomic<const char*> failure{nullptr};
    auto run_block = [&](unsigned order)
    {
        const unsigned linear = launch.reversed ? blocks - 1 - order : order;
        const Extent index{linear % launch.grid.x, linear / launch.grid.x % launch.grid.y, linear / (launch.grid.x * launch.grid.y)};
        if (failure.load(std::memory_order_relaxed) == nullptr)
        {
            if (const char* const reason = BlockRunner::of_this_thread().run(launch, index))
            {
                failure.store(reason);
            }
        }
    };
    if (blocks < 2 || blocks * launch.block.x * launch.block.y * launch.block.z < MIN_SHARED_THREADS)
    {
        for (unsigned i = 0; i < blocks; ++i)
        {
            run_block(i);
        }

        return failure;
    }

    // Many small blocks are taken several at a time: taking one costs more than running it.
    const unsigned chunk = blocks / 64 + 1;
    Team::shared().run((blocks + chunk - 1) / chunk, [&](unsigned item)
    {
        const unsigned end = blocks - item * chunk < chunk ? blocks : (item + 1) * chunk;
        for (unsigned i = item * chunk; i < end; ++i)
        {
            run_block(i);
        }
    });
    return failure;
}
}  // namespace cuda_emulation
