using Convergence.Optimization.Evaluators;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Evaluators;

public sealed class BuiltInEvaluatorsTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "formats", "programs.md"));

    private static IEnumerable<string> Names => BuiltInEvaluators.Names;

    [TestCaseSource(nameof(Names))]
    public void Names_OfEvaluators_AreInTheDocument(string name) => Assert.That(Document, Does.Contain($"`{name}`"));

    [TestCase("text_quality.score_text_quality")]
    [TestCase("convergence.evaluators.text_quality.score_text_quality")]
    public void Find_NameWithOrWithoutPackages_IsTheSame(string name) =>
        Assert.That(BuiltInEvaluators.Find(name), Is.InstanceOf<TextQualityEvaluator>());

    [TestCase("score_text_quality")]
    [TestCase("mine.score_text_quality")]
    public void Find_OtherName_IsNone(string name) => Assert.That(BuiltInEvaluators.Find(name), Is.Null);
}
