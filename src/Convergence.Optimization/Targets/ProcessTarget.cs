using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Processes;
using Convergence.Optimization.TestCases;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Targets;

/// <summary>
/// A program in place of an API. It reads lines <c>{"id", "parameters", "input", "case"}</c> and writes lines
/// <c>{"id", "result"}</c> or <c>{"id", "error"}</c>. As many copies run as there are workers.
/// </summary>
internal sealed class ProcessTarget : ICallTarget
{
    private readonly string _place;
    private readonly LineProcessPool _pool;
    private readonly DirectCalls _calls;

    /// <param name="command">The program and its arguments.</param>
    /// <param name="pool">Runs it.</param>
    /// <param name="calls">Records.</param>
    public ProcessTarget(ImmutableArray<string> command, LineProcessPool pool, DirectCalls calls)
    {
        _place = $"process/{Uri.EscapeDataString(string.Join(' ', command))}";
        _pool = pool;
        _calls = calls;
    }

    public Task<TargetAnswer> CallAsync(JsonObject parameters, TestCase testCase, int repetition, CancellationToken cancellation)
    {
        var request = DirectCalls.Request(_place, parameters, testCase, repetition);
        return _calls.CallAsync(request, token => AskAsync(request.Body, token), cancellation);
    }

    public CallForecast Forecast(JsonObject parameters, TestCase testCase) => new(0, 0, 0, HasPrice: true);

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private async Task<(JsonNode? Result, CallFailure? Failure)> AskAsync(JsonObject request, CancellationToken cancellation)
    {
        try
        {
            var answer = await _pool.AskAsync(request, cancellation).ConfigureAwait(false);
            if (answer["error"] is { } error && error.GetValueKind() != JsonValueKind.False)
            {
                return (null, new CallFailure(CallFailureKind.Reported, JsonValues.Text(error) ?? error.ToJsonString()));
            }

            return answer.TryGetPropertyValue("result", out var result)
                ? (result?.DeepClone(), null)
                : (null, new CallFailure(CallFailureKind.Malformed, "the program's line has neither result nor error."));
        }
        catch (LineProcessException exception)
        {
            return (null, new CallFailure(exception.IsTimeout ? CallFailureKind.Timeout : CallFailureKind.Reported, exception.Message));
        }
    }
}
