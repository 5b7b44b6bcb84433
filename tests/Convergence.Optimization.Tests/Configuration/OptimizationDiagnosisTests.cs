using Convergence.Optimization.Configuration;
using static Convergence.Optimization.Tests.Configuration.SampleConfig;

namespace Convergence.Optimization.Tests.Configuration;

public sealed class OptimizationDiagnosisTests
{
    private sealed class NoSecrets : ISecrets
    {
        public string? Find(string name) => null;
    }

    private static Dictionary<string, string> FactsOf(OptimizationConfig config) =>
        OptimizationDiagnosis.Of(config, new NoSecrets()).Facts.ToDictionary(fact => fact.Name, fact => fact.Value);

    [Test]
    public void Of_AnExamplesAddress_BlocksAndWarnsOnce()
    {
        var diagnosis = OptimizationDiagnosis.Of(
            Read(api: "api: {name: a, endpoint: \"https://your-resource.openai.azure.com/x\"}"), new NoSecrets());
        Assert.That(diagnosis.Blockers, Has.Exactly(1).StartsWith("api.endpoint: "));
        Assert.That(diagnosis.Findings.Select(finding => finding.Key), Has.None.EqualTo("api.endpoint"));
    }

    [Test]
    public void Of_KeyInTheQueryOfTheAddress_WarnsAndDoesNotShowIt()
    {
        var diagnosis = OptimizationDiagnosis.Of(
            Read(api: "api: {name: a, endpoint: \"http://localhost/x?alt=json&key=AIza-secret\"}"), new NoSecrets());

        Assert.That(diagnosis.Facts, Has.Exactly(1).EqualTo(("api.endpoint", "http://localhost/x?alt=json&key=[redacted]")));
        Assert.That(diagnosis.Findings.Single(finding => finding.Key == "api.endpoint").Message, Does.Not.Contain("AIza"));
    }

    [Test]
    public void Of_Sample_StatesWhatWillHappen()
    {
        var facts = FactsOf(Read(more: "optimization: {evolution: {population_size: 4, generations: 3}}"));
        Assert.Multiple(() =>
        {
            Assert.That(facts["api"], Is.EqualTo("chat (OpenAiChat)"));
            Assert.That(facts["api.endpoint"], Is.EqualTo("http://localhost:8080/v1/chat/completions"));
            Assert.That(facts["parameter temperature"], Is.EqualTo("0 to 1 by 0.1"));
            Assert.That(facts["configurations in the space"], Is.EqualTo("11"));
            Assert.That(facts["test cases"], Is.EqualTo("1 written, 0 made of them"));
            Assert.That(facts["metric match"], Is.EqualTo("100 % of the score, by exact_match"));
            Assert.That(facts["calls"], Does.StartWith("at most 4 a generation, 12 in 3"));
            Assert.That(facts["history"], Does.Match("^session chat_[0-9a-f]{12}$"));
        });
    }

    [Test]
    public void Of_ConditionalParameter_SaysWhenItCounts() =>
        Assert.That(
            FactsOf(Read(space: "search_space: {parameters: {a: [x, y], b: {values: [1, 2], when: {a: x}}}}"))["parameter b"],
            Is.EqualTo("1, 2; counts while a is x"));

    [Test]
    public void Of_Findings_PutsWarningsFirst()
    {
        var diagnosis = OptimizationDiagnosis.Of(Read(more: "unknown_key: 1"), new NoSecrets());
        Assert.That(diagnosis.Findings[0].Key, Is.EqualTo("unknown_key"));
        Assert.That(diagnosis.Findings.Select(finding => finding.IsWarning), Is.Ordered.Descending);
        Assert.That(diagnosis.IsClean, Is.False);
    }

    [Test]
    public void Of_Sample_IsClean() => Assert.That(OptimizationDiagnosis.Of(Read(), new NoSecrets()).IsClean);

    [Test]
    public void Of_MissingToken_IsABlocker() =>
        Assert.That(
            OptimizationDiagnosis.Of(
                Read(api: "api: {name: a, endpoint: \"http://h\", auth: {type: bearer, token_env: T}}"), new NoSecrets()).Blockers,
            Has.Exactly(1).Contains("T is not set"));
}
