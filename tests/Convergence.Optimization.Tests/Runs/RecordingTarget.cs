using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Targets;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Tests.Runs;

/// <summary>A target that computes its answers, keeps them by content, and counts what was paid for.</summary>
/// <param name="answer">The answer of a configuration to a case; <see langword="null"/> fails the call.</param>
internal sealed class RecordingTarget(Func<JsonObject, TestCase, double?> answer) : ICallTarget
{
    private int _active;

    /// <summary>The answers kept; shared by targets that stand for one run's processes.</summary>
    public ConcurrentDictionary<string, TargetAnswer> Kept { get; init; } = new();

    /// <summary>Paid calls, by content.</summary>
    public ConcurrentQueue<string> Paid { get; } = new();

    public int MostAtOnce { get; private set; }

    /// <summary>How long a call takes, by its number among the paid ones.</summary>
    public Func<int, TimeSpan> Delay { get; init; } = _ => TimeSpan.Zero;

    public CallFailureKind FailureKind { get; init; } = CallFailureKind.Server;

    public CallForecast Price { get; init; } = new(0, 0, 0, true);

    /// <summary>What it turns out never to send.</summary>
    public IReadOnlyCollection<string> Refused { get; init; } = [];

    public IReadOnlyCollection<string> Unsent(JsonObject parameters, TestCase testCase) => Refused;

    public async Task<TargetAnswer> CallAsync(
        JsonObject parameters, TestCase testCase, int repetition, CancellationToken cancellation)
    {
        var content = $"{parameters.ToJsonString()} {testCase.Id} {repetition}";
        if (Kept.TryGetValue(content, out var kept))
        {
            return kept with { IsReplayed = true };
        }

        cancellation.ThrowIfCancellationRequested();
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _active));
        try
        {
            Paid.Enqueue(content);
            await Task.Delay(Delay(Paid.Count), cancellation);
            var value = answer(parameters, testCase);
            var body = value is { } number ? new JsonObject { ["value"] = number } : null;
            var failure = value is null ? new CallFailure(FailureKind, "HTTP 500: out of order") : null;
            var given = new TargetAnswer(
                new ApiAnswer(value is null ? 500 : 200, body, failure, TimeSpan.FromMilliseconds(3), 1),
                body,
                (double)Price.LikelyDollars,
                IsReplayed: false)
            {
                Spent = new Spend(value is null ? 0 : Price.LikelyDollars, 1, 0),
            };
            Kept[content] = given;
            return given;
        }
        finally
        {
            Interlocked.Decrement(ref _active);
        }
    }

    public CallForecast Forecast(JsonObject parameters, TestCase testCase) => Price;
}
