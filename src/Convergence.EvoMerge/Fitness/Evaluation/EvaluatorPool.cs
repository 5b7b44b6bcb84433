using System.Runtime.ExceptionServices;

namespace Convergence.EvoMerge.Fitness.Evaluation;

/// <summary>A fixed number of evaluators that share work out, each with its share of the processors.</summary>
internal sealed class EvaluatorPool : IDisposable
{
    private readonly ModelEvaluator[] _evaluators;

    /// <param name="workerCount">Evaluators, at least 1.</param>
    /// <param name="processorCount">Threads that they share, at least <paramref name="workerCount"/>.</param>
    /// <param name="create">Makes an evaluator with that many threads.</param>
    public EvaluatorPool(int workerCount, int processorCount, Func<int, ModelEvaluator> create)
    {
        // 3 processors for 2 workers: one has 2 threads, the other 1.
        _evaluators =
        [
            .. Enumerable.Range(0, workerCount).Select(worker =>
                create((processorCount / workerCount) + (worker < processorCount % workerCount ? 1 : 0))),
        ];
    }

    public int WorkerCount => _evaluators.Length;

    /// <summary>The evaluator for work that is done alone.</summary>
    public ModelEvaluator First => _evaluators[0];

    /// <summary>
    /// Calls <paramref name="work"/> once for every item in [0, <paramref name="itemCount"/>) on whichever evaluator is free, and returns
    /// when all are done. After an exception no further item begins; the first one is rethrown.
    /// </summary>
    public void Run(int itemCount, Action<ModelEvaluator, int> work)
    {
        if (_evaluators.Length == 1 || itemCount <= 1)
        {
            for (var item = 0; item < itemCount; item++)
            {
                work(First, item);
            }

            return;
        }

        var round = new Round(itemCount, work);
        var threads = _evaluators.Take(itemCount).Select(round.Start).ToArray();
        foreach (var thread in threads)
        {
            thread.Join();
        }

        round.Rethrow();
    }

    public void Dispose()
    {
        foreach (var evaluator in _evaluators)
        {
            evaluator.Dispose();
        }
    }

    /// <summary>One sharing out: who is free takes the next item.</summary>
    private sealed class Round(int itemCount, Action<ModelEvaluator, int> work)
    {
        private int _last = -1;
        private Exception? _failure;

        public Thread Start(ModelEvaluator evaluator)
        {
            var thread = new Thread(() => Work(evaluator)) { IsBackground = true, Name = "evaluator" };
            thread.Start();
            return thread;
        }

        /// <summary>The first exception of any thread, on this one.</summary>
        public void Rethrow()
        {
            if (_failure is not null)
            {
                ExceptionDispatchInfo.Throw(_failure);
            }
        }

        private void Work(ModelEvaluator evaluator)
        {
            try
            {
                int item;
                while (Volatile.Read(ref _failure) is null && (item = Interlocked.Increment(ref _last)) < itemCount)
                {
                    work(evaluator, item);
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
}
