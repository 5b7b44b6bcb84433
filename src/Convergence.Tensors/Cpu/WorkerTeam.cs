namespace Convergence.Tensors.Cpu;

/// <summary>
/// A fixed team of threads that shares numbered items out one by one, so that a thread slowed down by a busy neighbour takes
/// fewer of them. The calling thread works too. Workers spin briefly between jobs and then block. One job at a time.
/// </summary>
public sealed class WorkerTeam : IDisposable
{
    private const int SpinsBeforeBlocking = 2_000;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _start = new(0);
    private Action<int, int>? _body;
    private int _itemCount;
    private int _nextItem;
    private int _generation;
    private int _pending;
    private int _sleepers;
    private volatile bool _stopping;
    private Exception? _failure;

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
    /// when all are done. The first exception of a body is rethrown; the other items still run.
    /// </summary>
    public void Run(int itemCount, Action<int, int> body)
    {
        if (itemCount <= 1 || _threads.Length == 0)
        {
            for (var item = 0; item < itemCount; item++)
            {
                body(item, 0);
            }

            return;
        }

        _body = body;
        _itemCount = itemCount;
        _nextItem = -1;
        _failure = null;
        Volatile.Write(ref _pending, _threads.Length);
        Interlocked.Increment(ref _generation);
        var sleepers = Interlocked.Exchange(ref _sleepers, 0);
        if (sleepers > 0)
        {
            _start.Release(sleepers);
        }

        TakeItems(0);
        var spin = new SpinWait();
        while (Volatile.Read(ref _pending) != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        _body = null;
        if (_failure is { } failure)
        {
            throw new AggregateException("A worker failed.", failure);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        Interlocked.Increment(ref _generation);
        _start.Release(_threads.Length + 1);
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _start.Dispose();
    }

    private void WorkUntilStopped(int worker)
    {
        var seen = 0;
        while (true)
        {
            seen = WaitForNextJob(seen);
            if (_stopping)
            {
                return;
            }

            TakeItems(worker);
            Interlocked.Decrement(ref _pending);
        }
    }

    private int WaitForNextJob(int seen)
    {
        for (var spins = 0; spins < SpinsBeforeBlocking; spins++)
        {
            if (Volatile.Read(ref _generation) != seen)
            {
                return Volatile.Read(ref _generation);
            }

            Thread.SpinWait(16);
        }

        while (Volatile.Read(ref _generation) == seen && !_stopping)
        {
            // Registering before looking again closes the gap in which a job could start unnoticed.
            Interlocked.Increment(ref _sleepers);
            if (Volatile.Read(ref _generation) != seen)
            {
                break;
            }

            _start.Wait();
        }

        return Volatile.Read(ref _generation);
    }

    private void TakeItems(int worker)
    {
        var body = _body!;
        try
        {
            int item;
            while ((item = Interlocked.Increment(ref _nextItem)) < _itemCount)
            {
                body(item, worker);
            }
        }
#pragma warning disable CA1031 // Rethrown on the calling thread.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
        }
    }
}
