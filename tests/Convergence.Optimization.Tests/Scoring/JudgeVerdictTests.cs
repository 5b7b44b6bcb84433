using Convergence.Optimization.Scoring.Judging;

namespace Convergence.Optimization.Tests.Scoring;

public sealed class JudgeVerdictTests
{
    [TestCase("""{"reason": "good", "score": 8}""", .8)]
    [TestCase("""```json{"score": 7.5}```""", .75)]
    [TestCase("""Let me see: {"draft": 1}. Finally: {"reason": "a {brace} and \"quote\"", "score": "9/10"} Thanks!""", .9)]
    [TestCase("""{"score": "80%"}""", .8)]
    [TestCase("""{"score": "4 / 5"}""", .8)]
    [TestCase("""{"score": 6,}""", .6)]
    [TestCase("The **score**: 6", .6)]
    [TestCase("""{"reason": "cut short by max_tok, "score": 3""", .3)]
    [TestCase("""{"score": 3} no, on reflection {"score": 4}""", .4)]
    [TestCase("""{"score": 10}""", 1)]
    [TestCase("""{"score": 0}""", 0)]
    public void Read_Verdict_IsFound(string text, double grade) =>
        Assert.That(JudgeVerdict.Read(text, "score"), Is.EqualTo(new[] { grade }).Within(1e-12));

    [TestCase("")]
    [TestCase("I cannot grade this.")]
    [TestCase("""{"score": 11}""")]
    [TestCase("""{"score": -1}""")]
    [TestCase("""{"score": null}""")]
    [TestCase("""{"grade": 5}""")]
    public void Read_NoVerdict_IsNone(string text) => Assert.That(JudgeVerdict.Read(text, "score"), Is.Null);

    [Test]
    public void Read_Pair_NeedsBoth()
    {
        Assert.That(JudgeVerdict.Read("""{"first": 2, "second": 9}""", "first", "second"), Is.EqualTo(new[] { .2, .9 }));
        Assert.That(JudgeVerdict.Read("""{"first": 2}""", "first", "second"), Is.Null);
    }
}
