using System.Text;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.TestCases;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Targets;

/// <summary>A function in place of an API. It is timed, counted, recorded and limited like calls.</summary>
internal sealed class LocalTarget : ICallTarget
{
    private readonly string _name;
    private readonly LocalFunction _function;
    private readonly DirectCalls _calls;

    /// <param name="name">The API's name.</param>
    /// <param name="function">The function.</param>
    /// <param name="calls">Records.</param>
    public LocalTarget(string name, LocalFunction function, DirectCalls calls)
    {
        _name = name;
        _function = function;
        _calls = calls;
    }

    public Task<TargetAnswer> CallAsync(JsonObject parameters, TestCase testCase, int repetition, CancellationToken cancellation) =>
        _calls.CallAsync(
            DirectCalls.Request($"function/{Uri.EscapeDataString(_name)}", parameters, testCase, repetition),
            async token =>
            {
                try
                {
                    return Whole(await _function(parameters, testCase, token).ConfigureAwait(false));
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // Whatever a user's function throws is a call that failed.
                    return (null, new CallFailure(CallFailureKind.Reported, $"{exception.GetType().Name}: {exception.Message}"));
                }
            },
            cancellation);

    public CallForecast Forecast(JsonObject parameters, TestCase testCase) => new(0, 0, 0, HasPrice: true);

    // Written and read again, for nodes may hold what JSON cannot, and may change in the function's hands.
    private static (JsonNode? Result, CallFailure? Failure) Whole(JsonNode? answer)
    {
        if (answer is null)
        {
            return (null, null);
        }

        var whole = StrictJson.Parse(Encoding.UTF8.GetBytes(answer.ToJsonString()), out var problem);
        return (whole, problem is null ? null : new CallFailure(CallFailureKind.Malformed, $"the answer {problem}"));
    }
}
