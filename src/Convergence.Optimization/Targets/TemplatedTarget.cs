using System.Text.Json.Nodes;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Targets;

/// <summary>A target whose prompts come from templates.</summary>
/// <param name="inner">What is called.</param>
/// <param name="templates">The templates.</param>
internal sealed class TemplatedTarget(ICallTarget inner, PromptTemplates templates) : ICallTarget
{
    public Task<TargetAnswer> CallAsync(JsonObject parameters, TestCase testCase, int repetition, CancellationToken cancellation)
    {
        var (own, templated) = templates.Apply(parameters, testCase);
        return inner.CallAsync(own, templated, repetition, cancellation);
    }

    public CallForecast Forecast(JsonObject parameters, TestCase testCase)
    {
        var (own, templated) = templates.Apply(parameters, testCase);
        return inner.Forecast(own, templated);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
