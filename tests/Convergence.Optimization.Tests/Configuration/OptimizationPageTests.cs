using System.Text.RegularExpressions;
using Convergence.Evolution.Samplers;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Runs.Searching;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Configuration;

/// <summary>docs/formats/optimization.md against the reader.</summary>
public sealed partial class OptimizationPageTests
{
    /// <summary>Every section once, so that the reader comes to all of its keys.</summary>
    private const string Everything = """
        api:
          name: a
          models: {M: {endpoint: "http://h"}}
          auth: {type: none}
          prices: {M: {input: 1}}
        agent: {models: {M: {endpoint: "http://h"}}, X_auth: {token_env: T}}
        search_space: {parameters: {model: [M], X: {min: 0, max: 1}}, templates: {X: {path: x}}}
        evaluation:
          test_cases: {inline: [{input: a}]}
          metrics: {X: {weight: 1}}
          custom_evaluator: {}
          judge: {}
          embedding: {}
        optimization: {early_stopping: {}}
        output: {export_best_config: {}}
        society: {llm: {}}
        """;

    private static readonly string Page = File.ReadAllText(RepositoryRoot.Combine("docs", "formats", "optimization.md"));

    private static IEnumerable<string> KnownKeys() => OptimizationConfigReader.KnownKeysOf(Everything, Path.GetTempPath())
        .Concat(["evaluation.test_cases", "society.storage"])
        .Where(key => !Nested().IsMatch(key)).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> ExplainedKeys() => Row().Matches(Page).SelectMany(row => Key().Matches(row.Groups[1].Value))
        .Select(match => match.Groups[1].Value);

    [TestCaseSource(nameof(KnownKeys))]
    public void Page_ExplainsEveryKey(string key) =>
        Assert.That(ExplainedKeys(), Has.Some.EqualTo(key), "docs/formats/optimization.md has no row for it.");

    [Test]
    public void Page_ExplainsNoKeyThatIsNotRead() => Assert.That(ExplainedKeys().Except(KnownKeys()), Is.Empty);

    [Test]
    public void Page_NamesEveryAlgorithmEvaluatorAndMetricKind()
    {
        var kinds = Enum.GetValues<MetricKind>().Select(MetricNames.Of);
        var missing = Samplers.Names.Concat(BuiltInEvaluators.Names).Concat(kinds).Append(PortfolioSampler.SamplerName)
            .Where(name => !Page.Contains($"`{name}`", StringComparison.Ordinal));
        Assert.That(missing, Is.Empty);
    }

    // The keys of a judge's authorization are those of the API's; a section that is explained by its keys needs no row.
    [GeneratedRegex(@"^(evaluation\.(judge|embedding)|society\.llm)\.(auth|auth_type|auth_token_env|auth_header_name|kind)(\.|$)"
        + @"|^(api\.auth|api\.request|api\.response|agent|api|evaluation|optimization"
        + @"|optimization\.(mab|evolution|execution|budget)|output|society|society\.learning|legacy|search_space|runner|storage"
        + @"|search_space\.parameters\.model|evaluation\.test_cases\.augmentation)$")]
    private static partial Regex Nested();

    // Rows whose third column is an origin; other tables explain values.
    [GeneratedRegex(@"^\| ((`[a-zA-Z_.]+`(, )?)+) \| [^|\n]*\| [os+, ]*\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([a-zA-Z_.]+)`")]
    private static partial Regex Key();
}
