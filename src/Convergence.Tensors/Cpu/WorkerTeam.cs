using System.Runtime.ExceptionServices;

namespace Convergence.Tensors.Cpu;

/// <summary>
/// A fixed team of threads that shares numbered items out one by one, so that a thread slowed down by a busy neighbour takes
/// fewer of them. The calling thread works too, and waits for items, not for threads: a worker that wakes up late holds nothing up.
/// Workers spin briefly between jobs and then block. One job at a time: a body must not start another job of its own team.
/// </summary>
public sealed class WorkerTeam : IDisposable
{
    private const int SpinsBeforeBlocking = 500;

    private readonly Thread[] _threads;

    // Guards the change of _generation: a worker that looks under this lock and finds no new job is woken by the next.
    private readonly object _gate = new();
    private Action<int, int>? _body;
    private int _itemCount;

    // Items that nobody took yet; zero or less when there are none.
    private int _remaining;

    // Items of the current job that are not reported done. While it is not zero, the job's fields above do not change.
    private int _unfinished;
    private volatile int _generation;
    private volatile bool _stopping;
    private int _running;
    private ExceptionDispatchInfo? _failure;

    /// <param name="threadCount">Threads in all, the caller's included; at least 1.</param>
    public WorkerTeam(int threadCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threadCount, 1);
        ThreadCount = threadCount;
        _threads = new Thread[threadCount - 1];
        for (var index = 0; index < _threads.Length; index++)
        {
            var worker = index + 1;
            _threads[index] = new Thread(() => WorkUntilStopped(worker)) { IsBackground = true, Name = $"tensor worker {worker}" };
            _threads[index].Start();
        }
    }

    /// <summary>Threads in all, the caller's included.</summary>
    public int ThreadCount { get; }

    /// <summary>
    /// Calls <paramref name="body"/>(item, worker) once for every item in [0, itemCount), worker in [0, ThreadCount), and returns
    /// when all are done. What the bodies wrote is then visible to the caller.
    /// </summary>
    /// <param name="itemCount">How many items; none is fine.</param>
    /// <param name="body">
    /// The work on one item. When it throws, the other items still run, and then the first exception is rethrown.
    /// </param>
    /// <exception cref="InvalidOperationException">A job of this team is running.</exception>
    /// <exception cref="ObjectDisposedException">The team was disposed.</exception>
    public void Run(int itemCount, Action<int, int> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfNegative(itemCount);
        ObjectDisposedException.ThrowIf(_stopping, this);
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            throw new InvalidOperationException("The team is at work: it does one job at a time, and a body cannot start another.");
        }

        _body = body;
        _itemCount = itemCount;
        _unfinished = itemCount;

        // From here on any worker may take items, even one that is still on its way out of the last job.
        Volatile.Write(ref _remaining, itemCount);
        if (itemCount > 1 && _threads.Length > 0)
        {
            StartWorkers();
        }

        TakeItems(0);
        AwaitItems();
        var failure = _failure;
        _failure = null;
        _body = null;
        Volatile.Write(ref _running, 0);
        failure?.Throw();
    }

    /// <summary>Stops the threads. No job may be running.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        StartWorkers();
        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void StartWorkers()
    {
        lock (_gate)
        {
            // Wraps around after 2^32 jobs; only the difference to the last one counts.
            _generation = unchecked(_generation + 1);
            Monitor.PulseAll(_gate);
        }
    }

    private void AwaitItems()
    {
        var spin = new SpinWait();
        while (Volatile.Read(ref _unfinished) > 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void WorkUntilStopped(int worker)
    {
        // The team was made at generation 0: a job that starts before this thread does is not missed.
        var seen = 0;
        while (true)
        {
            seen = WaitForNextJob(seen);
            if (_stopping)
            {
                return;
            }

            TakeItems(worker);
        }
    }

    private int WaitForNextJob(int seen)
    {
        for (var spins = 0; spins < SpinsBeforeBlocking; spins++)
        {
            if (_generation != seen)
            {
                return _generation;
            }

            Thread.SpinWait(16);
        }

        lock (_gate)
        {
            while (_generation == seen)
            {
                Monitor.Wait(_gate);
            }

            return _generation;
        }
    }

    /// <summary>Takes items until there are none. Whoever holds one keeps the job from ending, so all are of one job.</summary>
    private void TakeItems(int worker)
    {
        var doneCount = 0;
        int remaining;
        while (Volatile.Read(ref _remaining) > 0 && (remaining = Interlocked.Decrement(ref _remaining)) >= 0)
        {
            try
            {
                _body!(_itemCount - 1 - remaining, worker);
            }
#pragma warning disable CA1031 // Rethrown on the calling thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            }

            doneCount++;
        }

        if (doneCount > 0)
        {
            Interlocked.Add(ref _unfinished, -doneCount);
        }
    }
}
