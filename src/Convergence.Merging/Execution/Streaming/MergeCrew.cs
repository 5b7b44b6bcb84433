using System.Runtime.ExceptionServices;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// The threads of a streaming merge, as many as the device has and the calling one among them, so that no two of them compete
/// for a processor. They share out the blocks of a job, and between blocks one of them does chores, such as hashing what is merged:
/// in their order, one at a time, and before any block, because chores are a chain that nothing else can shorten.
/// Used by one caller at a time.
/// </summary>
internal sealed class MergeCrew : IDisposable
{
    private readonly object _gate = new();
    private readonly MergeLane[] _lanes;
    private readonly Thread[] _threads;
    private readonly Queue<Action> _chores = [];
    private Action<int, MergeLane>? _job;
    private int _nextBlock;
    private int _blockCount;
    private int _unfinishedCount;
    private bool _isChoreRunning;
    private bool _isStopping;
    private ExceptionDispatchInfo? _failure;

    /// <param name="device">Whose kernels the threads use.</param>
    /// <param name="threadCount">Threads, the caller's included; at least 1.</param>
    public MergeCrew(ComputeDevice device, int threadCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threadCount, 1);
        _lanes = [.. Enumerable.Range(0, threadCount).Select(_ => new MergeLane(device.ForOneThread()))];
        _threads = new Thread[threadCount - 1];
        for (var index = 0; index < _threads.Length; index++)
        {
            var lane = _lanes[index + 1];
            _threads[index] = new Thread(() => Work(lane)) { IsBackground = true, Name = $"merge worker {index + 1}" };
            _threads[index].Start();
        }
    }

    public int ThreadCount => _lanes.Length;

    /// <summary>
    /// Calls a job for every block in [0, blockCount), on any of the threads, and returns when all are done.
    /// Rethrows what one of them threw.
    /// </summary>
    public void Run(int blockCount, Action<int, MergeLane> job)
    {
        lock (_gate)
        {
            (_job, _nextBlock, _blockCount, _unfinishedCount) = (job, 0, blockCount, blockCount);
            if (blockCount > 1)
            {
                Monitor.PulseAll(_gate);
            }
        }

        while (TakeBlock(_lanes[0]))
        {
        }

        WaitUntil(() => _unfinishedCount == 0, helps: false);
        _job = null;
    }

    /// <summary>Adds a chore behind those that wait.</summary>
    public void Post(Action chore)
    {
        lock (_gate)
        {
            _chores.Enqueue(chore);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// Waits for something that a chore or another thread does; who changes it calls <see cref="Notify"/>.
    /// Does chores meanwhile, and rethrows what one of them threw.
    /// </summary>
    /// <param name="condition">Asked by one thread at a time, and not again once it is met.</param>
    public void WaitUntil(Func<bool> condition) => WaitUntil(condition, helps: true);

    /// <summary>Says that something changed that may be waited for.</summary>
    public void Notify()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Does the chores that are left, and ends the threads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }

        while (TakeChore())
        {
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        foreach (var lane in _lanes)
        {
            lane.Dispose();
        }
    }

    private void WaitUntil(Func<bool> condition, bool helps)
    {
        while (true)
        {
            lock (_gate)
            {
                bool isMet;
                while (!(isMet = condition()) && !(helps && IsChoreReady))
                {
                    Monitor.Wait(_gate);
                }

                if (isMet)
                {
                    var failure = _failure;
                    _failure = null;
                    failure?.Throw();
                    return;
                }
            }

            TakeChore();
        }
    }

    private bool IsChoreReady => !_isChoreRunning && _chores.Count > 0;

    private void Work(MergeLane lane)
    {
        while (true)
        {
            lock (_gate)
            {
                while (!IsChoreReady && _nextBlock >= _blockCount)
                {
                    if (_isStopping)
                    {
                        return;
                    }

                    Monitor.Wait(_gate);
                }
            }

            if (!TakeChore())
            {
                TakeBlock(lane);
            }
        }
    }

    private bool TakeChore()
    {
        Action? chore;
        lock (_gate)
        {
            if (_isChoreRunning || !_chores.TryDequeue(out chore))
            {
                return false;
            }

            _isChoreRunning = true;
        }

        Try(chore);
        lock (_gate)
        {
            _isChoreRunning = false;
            Monitor.PulseAll(_gate);
        }

        return true;
    }

    private bool TakeBlock(MergeLane lane)
    {
        int block;
        Action<int, MergeLane> job;
        lock (_gate)
        {
            if (_nextBlock >= _blockCount)
            {
                return false;
            }

            block = _nextBlock++;
            job = _job!;
        }

        Try(() => job(block, lane));
        lock (_gate)
        {
            if (--_unfinishedCount == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }

        return true;
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // Rethrown on the caller's thread.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }
}
