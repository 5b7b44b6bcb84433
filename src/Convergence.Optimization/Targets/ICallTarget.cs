using System.Text.Json.Nodes;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Targets;

/// <summary>What is optimised: something that answers test cases under a configuration. Safe for use by many tasks.</summary>
public interface ICallTarget : IAsyncDisposable
{
    /// <summary>
    /// Calls once, or gives the kept answer of the same call. A call that fails is an answer that says so; it is no exception. However
    /// many ask, only as many calls as the run has workers are under way at a time.
    /// </summary>
    /// <param name="parameters">The configuration. It is not changed.</param>
    /// <param name="testCase">What is asked.</param>
    /// <param name="repetition">Tells repeated calls apart, from 0.</param>
    /// <param name="cancellation">Ends the call. What was sent over a network is answered first, and kept.</param>
    /// <exception cref="Calls.Spending.BudgetExhaustedException">A limit forbids the call; it was not sent.</exception>
    Task<TargetAnswer> CallAsync(JsonObject parameters, TestCase testCase, int repetition, CancellationToken cancellation);

    /// <summary>What one call may cost at most, for forecasts and reservations.</summary>
    CallForecast Forecast(JsonObject parameters, TestCase testCase);

    /// <summary>
    /// The parameters of a configuration that are never sent, whatever their values: its model turned out not to take them.
    /// </summary>
    IReadOnlyCollection<string> Unsent(JsonObject parameters, TestCase testCase) => [];

    /// <summary>Ends programs that were started for it.</summary>
    ValueTask IAsyncDisposable.DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
