using Convergence.Cuda.Residency;
using Convergence.Tensors.Devices;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Cuda.Tests.Residency;

public sealed class MemoryPlannerTests
{
    private const long Gigabyte = 1_000_000_000;

    [Test]
    public void Plan_WithRoom_KeepsAllParentsAndTakesTheGenerationTogether()
    {
        var plan = MemoryPlanner.Plan(80 * Gigabyte, 80 * Gigabyte, Needs());

        Assert.That(
            (plan.ResidentByteCount, plan.CandidatesByteCount, plan.CandidateCount), Is.EqualTo((6 * Gigabyte, 16 * Gigabyte, 8)));
        Assert.That(
            plan.Line,
            Is.EqualTo("memory plan: all 6.00 GB of the parents' weights stay on the GPU; "
                + "8 candidates of 2.00 GB merged and scored together; 25.0 GB for scoring; 80.0 GB of 80.0 GB are free"));
    }

    [TestCase(15, 1)]
    [TestCase(19, 2)]
    [TestCase(25, 3)]
    public void Plan_WithRoomForSomeCandidates_KeepsTheParentsAndTakesAsManyTogetherAsFit(int free, int count)
    {
        var plan = MemoryPlanner.Plan(free * Gigabyte, 40 * Gigabyte, Needs());

        Assert.That(
            (plan.ResidentByteCount, plan.CandidatesByteCount, plan.CandidateCount),
            Is.EqualTo((6 * Gigabyte, count * 2 * Gigabyte, count)));
    }

    [TestCase(21, 2, false)]
    [TestCase(24, 2, true)]
    [TestCase(27, 2, true)]
    public void Plan_WithRoomForSomeCandidates_MergesAheadWhereThatCostsNoFurtherPass(int free, int count, bool mergesAhead)
    {
        var plan = MemoryPlanner.Plan(free * Gigabyte, 40 * Gigabyte, Needs() with { CandidateCount = 4 });

        Assert.That((plan.CandidateCount, plan.MergesAhead), Is.EqualTo((count, mergesAhead)));
        Assert.That(plan.Line.Contains("scored together, the next merged meanwhile;", StringComparison.Ordinal), Is.EqualTo(mergesAhead));
    }

    [Test]
    public void Plan_GenerationBeyondWhatIsTakenTogether_MergesTheNextMeanwhile()
    {
        var plan = MemoryPlanner.Plan(80 * Gigabyte, 80 * Gigabyte, Needs() with { CandidateCount = 12, MostTogether = 6 });

        Assert.That((plan.CandidateCount, plan.MergesAhead), Is.EqualTo((6, true)));
    }

    [Test]
    public void Plan_WithRoomForSomeParents_UploadsTheRest()
    {
        var plan = MemoryPlanner.Plan(10 * Gigabyte, 16 * Gigabyte, Needs());

        Assert.That((plan.ResidentByteCount, plan.CandidatesByteCount), Is.EqualTo((3 * Gigabyte, 2 * Gigabyte)));
        Assert.That(plan.Line, Does.Contain("3.00 GB of the parents' 6.00 GB stay on the GPU, the rest is uploaded for every merge"));
    }

    [Test]
    public void Plan_WithTooLittle_SaysSoWithTheCure()
    {
        var plan = MemoryPlanner.Plan(2 * Gigabyte, 16 * Gigabyte, Needs());

        Assert.That((plan.ResidentByteCount, plan.CandidatesByteCount), Is.EqualTo((0L, 2 * Gigabyte)));
        Assert.That(plan.Line, Does.Contain("which may not be enough: lower batch_tokens"));
    }

    [Test]
    public void Plan_AnyNeeds_NeverPlansMoreThanIsFree()
    {
        var sizes = Gen.Choose(0, 2_000_000).Select(size => size * 10_000L);
        Prop.ForAll(
            sizes.Three().ToArbitrary(),
            Gen.Choose(1, 100).Zip(Gen.Choose(1, 100)).ToArbitrary(),
            (needs, counts) =>
            {
                const long Free = 20 * Gigabyte;
                var (parents, candidate, scoring) = needs;
                var (count, most) = counts;
                var plan = MemoryPlanner.Plan(Free, Free, new DeviceMemoryNeeds(parents, candidate, count, most, scoring, Gigabyte));
                var held = plan.CandidatesByteCount * (plan.MergesAhead ? 2 : 1);
                return plan.ResidentByteCount >= 0
                    && plan.ResidentByteCount <= parents
                    && plan.CandidatesByteCount >= candidate
                    && plan.CandidatesByteCount == candidate * plan.CandidateCount
                    && plan.CandidateCount >= 1
                    && plan.CandidateCount <= Math.Min(count, most)
                    && (plan.ResidentByteCount + held + (plan.CandidateCount * scoring) + Gigabyte <= Free
                        || plan.Line.Contains("may not be enough", StringComparison.Ordinal));
            }).QuickCheckThrowOnFailure();
    }

    // Parents of 6 GB, 8 candidates of 2 GB each, 3 GB to score each of them, and 1 GB whatever their number.
    private static DeviceMemoryNeeds Needs() => new(6 * Gigabyte, 2 * Gigabyte, 8, 64, 3 * Gigabyte, Gigabyte);
}
