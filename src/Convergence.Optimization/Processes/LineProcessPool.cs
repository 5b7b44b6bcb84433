using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls.Sending;

namespace Convergence.Optimization.Processes;

/// <summary>
/// Several copies of a program, started as they are needed and ended with the pool. One that does not answer in time, or ends, is replaced
/// at the next request. Safe for use by many tasks.
/// </summary>
/// <param name="start">Starts a copy that is ready for requests.</param>
/// <param name="workers">The most copies, from 1.</param>
/// <param name="timeout">The time for one answer.</param>
/// <param name="time">The clock.</param>
internal sealed class LineProcessPool(
    Func<CancellationToken, Task<LineProcess>> start, int workers, TimeSpan timeout, TimeProvider time) : IAsyncDisposable
{
    private readonly AdaptiveLimiter _turns = new(workers);
    private readonly ConcurrentBag<LineProcess> _idle = [];
    private long _lastId;
    private volatile bool _isEnded;

    /// <summary>Adds a copy that was started and is ready.</summary>
    public void Add(LineProcess process) => _idle.Add(process);

    /// <summary>Asks one of the copies.</summary>
    /// <param name="request">The request, to which an <c>id</c> is added.</param>
    /// <param name="cancellation">Ends waiting.</param>
    /// <exception cref="LineProcessException">There was no answer.</exception>
    public async Task<JsonObject> AskAsync(JsonObject request, CancellationToken cancellation)
    {
        var turn = await _turns.EnterAsync(cancellation).ConfigureAwait(false);
        LineProcess? process = null;
        var isSound = false;
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            process = _idle.TryTake(out var idle) ? idle : await start(either.Token).ConfigureAwait(false);
            var asked = new JsonObject { ["id"] = Interlocked.Increment(ref _lastId) };
            foreach (var (key, value) in request)
            {
                asked[key] = value?.DeepClone();
            }

            var answer = await process.AskAsync(asked, either.Token).ConfigureAwait(false);
            isSound = true;
            return answer;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LineProcessException(FormattableString.Invariant($"no answer within {timeout.TotalSeconds} s"), isTimeout: true);
        }
        finally
        {
            GiveBack(process, isSound);
            _turns.Exit(turn, isOverload: false);
        }
    }

    public ValueTask DisposeAsync()
    {
        _isEnded = true;
        while (_idle.TryTake(out var process))
        {
            process.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private void GiveBack(LineProcess? process, bool isSound)
    {
        if (process is not null && isSound && !_isEnded)
        {
            _idle.Add(process);
        }
        else
        {
            process?.Dispose();
        }
    }
}
