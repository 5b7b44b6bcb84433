using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Convergence.Foundation.Text;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Configuration;

/// <summary>
/// The original's fingerprint of a configuration: runs of equal fingerprints share a session of the history, whichever program wrote it. It
/// covers the search space, the metrics' names, the number of test cases and the evaluator.
/// </summary>
public static class ConfigFingerprint
{
    private const int Length = 12;

    /// <summary>Twelve hexadecimal digits.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "The original's format; it protects nothing.")]
    public static string Of(OptimizationConfig config) =>
        Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(PythonJson.Of(Covered(config)))))[..Length];

    /// <summary>The session that a configuration's runs belong to: <c>{session_id or api.name}_{fingerprint}</c>.</summary>
    public static string SessionOf(OptimizationConfig config) => $"{config.Legacy.SessionId ?? config.Api.Name}_{Of(config)}";

    private static JsonObject Covered(OptimizationConfig config) => new()
    {
        ["search_space"] = new JsonObject
        {
            ["parameters"] = new JsonObject(config.SearchSpace.Parameters.Select(parameter =>
                KeyValuePair.Create(parameter.Name, (JsonNode?)Covered(parameter)))),
            ["templates"] = Templates(config),
        },
        ["evaluation"] = new JsonObject
        {
            ["metrics"] = new JsonArray([.. config.Evaluation.Metrics.Select(metric => JsonValue.Create(metric.Name))]),
            ["test_cases"] = config.Evaluation.NominalCaseCount ?? config.Evaluation.TestCases.Length,
            ["custom_evaluator"] = config.Evaluation.CustomEvaluator is { } evaluator
                ? new JsonObject { ["enabled"] = true, ["module"] = evaluator.Module, ["function"] = evaluator.Function }
                : null,
        },
    };

    private static JsonObject Covered(ParameterConfig parameter) => new()
    {
        ["type"] = EnumNames.Of(parameter.Kind),
        ["values"] = parameter.Values.IsDefault ? null : new JsonArray([.. parameter.Values.Select(value => value?.DeepClone())]),
        ["min"] = Float(parameter.Min),
        ["max"] = Float(parameter.Max),
        ["step"] = Float(parameter.Step),
    };

    private static JsonObject? Templates(OptimizationConfig config) => config.SearchSpace.Templates.IsDefaultOrEmpty
        ? null
        : new JsonObject(config.SearchSpace.Templates.Select(template => KeyValuePair.Create(template.Name, (JsonNode?)new JsonObject
        {
            ["path"] = Path.GetRelativePath(config.Directory, template.Path),
            ["variables"] = new JsonArray([.. template.Variables.Select(name => JsonValue.Create(name))]),
        })));

    // The original reads whole numbers as floats here: 2 is 2.0.
    private static JsonNode? Float(double? value) => value is { } number ? JsonNode.Parse(PythonText.Of(number)) : null;
}
