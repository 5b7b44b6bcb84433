using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.TestCases;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Targets.Templates;

/// <summary>
/// Fills prompt templates before calls. A template that is a value of some parameter takes that value's place, so that the search chooses
/// among prompts; any other one becomes the call's field of its name.
/// </summary>
internal sealed class TemplatedTarget : ICallTarget
{
    private readonly ICallTarget _inner;
    private readonly JsonObject _defaults;
    private readonly ImmutableDictionary<string, PromptTemplate> _chosen;
    private readonly ImmutableArray<PromptTemplate> _fixed;

    private TemplatedTarget(ICallTarget inner, OptimizationConfig config)
    {
        _inner = inner;
        _defaults = config.Api.Request.Defaults;
        var values = config.SearchSpace.Parameters.Where(parameter => !parameter.Values.IsDefault)
            .SelectMany(parameter => parameter.Values).Select(JsonValues.Text).OfType<string>().ToHashSet(StringComparer.Ordinal);
        PromptTemplate[] templates = [.. config.SearchSpace.Templates.Select(template => new PromptTemplate(template))];
        _chosen = templates.Where(template => values.Contains(template.Name))
            .ToImmutableDictionary(template => template.Name, StringComparer.Ordinal);
        _fixed = [.. templates.Where(template => !values.Contains(template.Name))];
    }

    /// <summary>The target, filling the configuration's templates where it has any.</summary>
    public static ICallTarget Over(ICallTarget inner, OptimizationConfig config) =>
        config.SearchSpace.Templates.IsDefaultOrEmpty ? inner : new TemplatedTarget(inner, config);

    public Task<TargetAnswer> CallAsync(JsonObject parameters, TestCase testCase, int repetition, CancellationToken cancellation)
    {
        var (filled, asked) = Fill(parameters, testCase);
        return _inner.CallAsync(filled, asked, repetition, cancellation);
    }

    public CallForecast Forecast(JsonObject parameters, TestCase testCase)
    {
        var (filled, asked) = Fill(parameters, testCase);
        return _inner.Forecast(filled, asked);
    }

    // What is filled into a prompt is sent with it.
    public IReadOnlyCollection<string> Unsent(JsonObject parameters, TestCase testCase)
    {
        var (filled, asked) = Fill(parameters, testCase);
        return [.. _inner.Unsent(filled, asked).Where(name => !_fixed.Concat(_chosen.Values).Any(template => template.Names(name)))];
    }

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private (JsonObject Parameters, TestCase TestCase) Fill(JsonObject parameters, TestCase testCase)
    {
        JsonNode? Field(string name) => parameters[name] ?? testCase.Input[name] ?? _defaults[name];

        var filled = new JsonObject(parameters.Select(entry => KeyValuePair.Create(
            entry.Key,
            JsonValues.Text(entry.Value) is { } value && _chosen.TryGetValue(value, out var template)
                ? JsonValue.Create(template.Fill(Field, testCase.Id))
                : entry.Value?.DeepClone())));
        var input = (JsonObject)testCase.Input.DeepClone();
        foreach (var template in _fixed)
        {
            input[template.Name] = template.Fill(Field, testCase.Id);
        }

        return (filled, testCase with { Input = input });
    }
}
