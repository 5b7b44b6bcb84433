namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>
/// Keeps calls under way while their results are told one by one in the order in which the calls were decided on. What is decided next
/// therefore depends on what was told, never on which call was faster: the same seed gives the same run.
/// </summary>
internal static class OrderedCalls
{
    /// <summary>Runs until nothing is to be started and everything is told.</summary>
    /// <param name="next">What to start next, given all that was told so far; <see langword="null"/>: nothing now.</param>
    /// <param name="start">Starts it.</param>
    /// <param name="tell">Takes a result in. Called by one thread at a time, in the order of starting.</param>
    /// <param name="window">How many may be started and not yet told, from 1: twice the workers keep all of them busy, though one is
    /// slow.</param>
    public static async Task RunAsync<TItem, TResult>(
        Func<TItem?> next, Func<TItem, Task<TResult>> start, Action<TItem, TResult> tell, int window)
        where TItem : class
    {
        var started = new Queue<(TItem Item, Task<TResult> Result)>();
        try
        {
            while (true)
            {
                while (started.Count < window && next() is { } item)
                {
                    started.Enqueue((item, start(item)));
                }

                if (!started.TryPeek(out var first))
                {
                    return;
                }

                var result = await first.Result.ConfigureAwait(false);
                started.Dequeue();
                tell(first.Item, result);
            }
        }
        finally
        {
            // Whatever ended it, no call is left behind.
            Task left = Task.WhenAll(started.Select(call => call.Result));
            await left.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
