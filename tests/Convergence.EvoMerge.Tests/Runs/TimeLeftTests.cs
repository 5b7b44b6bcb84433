using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Runs;

namespace Convergence.EvoMerge.Tests.Runs;

internal sealed class TimeLeftTests
{
    private static readonly EvoMergeConfig Job = new()
    {
        SourceName = "job.yaml",
        Name = "job",
        Models = [],
        Specializations = [],
        Tasks = new TaskSplits([], [], []),
        Out = "out",
        Checkpoints = "checkpoints",
        Generations = 100,
        PopulationSize = 8,
        EliteSize = 2,
    };

    [TestCase(null, null, 900.0, Description = "90 generations of 10 s")]
    [TestCase(104, null, 70.0, Description = "44 evaluations are left: 7 generations of 6")]
    [TestCase(60, null, 0.0, Description = "no evaluation is left")]
    [TestCase(null, 3.0, 80.0, Description = "100 s have passed: 80 s are 8 generations")]
    [TestCase(null, 2.9, 80.0, Description = "74 s: the eighth generation begins in time and is played to its end")]
    [TestCase(null, 1.0, 0.0, Description = "the time is over")]
    [TestCase(104, 2.0, 20.0, Description = "the nearer limit counts")]
    public void Of_KnowsTheBudget(int? evaluations, double? minutes, double expectedSeconds)
    {
        var job = Job with { Budget = new RunBudget(evaluations, minutes) };
        var left = TimeLeft.Of(job, generationCount: 10, evaluationCount: 60, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(10));

        Assert.That(left!.Value.TotalSeconds, Is.EqualTo(expectedSeconds).Within(1e-6));
    }

    [Test]
    public void Of_BeforeTheFirstGeneration_IsUnknown() =>
        Assert.That(TimeLeft.Of(Job, 0, 0, TimeSpan.FromSeconds(5), lap: null), Is.Null);
}
