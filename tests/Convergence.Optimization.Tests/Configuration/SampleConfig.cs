using Convergence.Foundation.Configuration;
using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Tests.Configuration;

/// <summary>A small configuration that loads without findings, and variants of it.</summary>
internal static class SampleConfig
{
    public const string Api = """
        api: {name: chat, endpoint: "http://localhost:8080/v1/chat/completions"}

        """;

    public const string Space = """
        search_space: {parameters: {temperature: {type: continuous, min: 0, max: 1, step: 0.1}}}

        """;

    public const string Evaluation = """
        evaluation:
          test_cases: {inline: [{id: a, input: {prompt: "What is 2 + 2?"}, expected: {answer: "4"}}]}
          metrics: {match: {weight: 1.0, type: exact_match}}

        """;

    /// <summary>A configuration of sections that replace the sample's; others are the sample's.</summary>
    public static OptimizationConfig Read(
        string? api = null, string? space = null, string? evaluation = null, string more = "", ReaderOptions? options = null) =>
        Parse((api ?? Api) + "\n" + (space ?? Space) + "\n" + (evaluation ?? Evaluation) + "\n" + more, options);

    public static OptimizationConfig Parse(string yaml, ReaderOptions? options = null) =>
        OptimizationConfigReader.Parse(yaml, "job.yaml", Path.GetTempPath(), options);

    /// <summary>The one parameter of a space of one: what stands behind <c>x: </c>.</summary>
    public static ParameterConfig Parameter(string definition) =>
        Read(space: $"search_space: {{parameters: {{x: {definition}}}}}").SearchSpace.Parameters[0];

    public static IReadOnlyList<string> ErrorsOf(Func<OptimizationConfig> read) =>
        Assert.Throws<ConfigurationException>(() => read())!.Errors;

    /// <summary>What is found about one key.</summary>
    public static IEnumerable<string> FindingsAbout(this OptimizationConfig config, string key) =>
        config.Findings.Where(finding => finding.Key == key).Select(finding => finding.Message);
}
