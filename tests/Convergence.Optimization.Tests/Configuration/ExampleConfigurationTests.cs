using Convergence.Optimization.Configuration;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Configuration;

/// <summary>The seven families of examples/optimize, after the original's. Fingerprints are those that the original itself gave.</summary>
public sealed class ExampleConfigurationTests
{
    private static OptimizationConfig Read(string family) => OptimizationConfigReader.ReadFile(FileOf(family));

    private static string FileOf(string family) =>
        Directory.GetFiles(RepositoryRoot.Combine("examples", "optimize", family), "*_optimization.yaml").Single();

    private static IEnumerable<string> Families() =>
        Directory.GetDirectories(RepositoryRoot.Combine("examples", "optimize"))
            .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    [TestCase("groq", "3fab3b2c4e63")]
    [TestCase("gmail", "e61fc5a16ac1")]
    [TestCase("openai", "4fb8a733a507")]
    [TestCase("azure", "0ead58078002")]
    [TestCase("browserbase", "37cf687305f4")]
    [TestCase("discord", "b94ebad876b4")]
    [TestCase("reddit", "df84c821d3c5")]
    public void Fingerprint_OfAFamily_IsTheOriginals(string family, string fingerprint) =>
        Assert.That(ConfigFingerprint.Of(Read(family)), Is.EqualTo(fingerprint));

    [TestCaseSource(nameof(Families))]
    public void Family_LoadsAndMakesASpace(string family)
    {
        var config = Read(family);
        Assert.That(ParameterSpace.Of(config.SearchSpace).Size, Is.GreaterThan(3));
        Assert.That(config.Findings.Where(finding => finding.Message.Contains("unknown key", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Families_AreTheSeven() =>
        Assert.That(Families(), Is.EqualTo(new[] { "azure", "browserbase", "discord", "gmail", "groq", "openai", "reddit" }));

    [TestCase("openai", 24)]
    [TestCase("azure", 9)]
    [TestCase("groq", 3)]
    [TestCase("browserbase", 2)]
    [TestCase("gmail", 1)]
    [TestCase("discord", 4)]
    [TestCase("reddit", 4)]
    public void Family_HasTheOriginalsNumberOfCases(string family, int count) =>
        Assert.That(Read(family).Evaluation.TestCases, Has.Length.EqualTo(count));

    [TestCase("groq", "evaluation.metrics", "response_quality, cost_per_call, token_efficiency always have the same score")]
    [TestCase("openai", "evaluation.metrics", "cost_per_call, token_efficiency always have the same score")]
    [TestCase("azure", "evaluation.custom_evaluator", "never looks at expected.answer")]
    [TestCase("azure", "search_space.parameters.temperature", "o4-mini takes no temperature")]
    [TestCase("azure", "api.models.gpt-4.1.endpoint", "is an example's address")]
    [TestCase("browserbase", "evaluation.metrics.cost_per_session", "is 0.6 for every configuration")]
    [TestCase("reddit", "evaluation.metrics.accuracy", "is the aggregate of reddit_evaluator")]
    [TestCase("browserbase", "evaluation.metrics.success_rate", "hardly tells configurations apart")]
    [TestCase("discord", "optimization.evolution.elite_size", "2 survivors fill a generation of 1")]
    public void Family_TellsWhatTheOriginalDidNot(string family, string key, string finding) =>
        Assert.That(Read(family).FindingsAbout(key), Has.Some.Contains(finding));
}
