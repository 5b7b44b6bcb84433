using Convergence.Cuda.Residency;
using Convergence.Tensors.Devices;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Cuda.Tests.Residency;

public sealed class MemoryPlannerTests
{
    private const long Gigabyte = 1_000_000_000;

    [Test]
    public void Plan_WithRoom_KeepsAllParentsAndMergesTheGenerationAtOnce()
    {
        var plan = MemoryPlanner.Plan(80 * Gigabyte, 80 * Gigabyte, new DeviceMemoryNeeds(6 * Gigabyte, 2 * Gigabyte, 8, 4 * Gigabyte));

        Assert.That((plan.ResidentByteCount, plan.CandidatesByteCount), Is.EqualTo((6 * Gigabyte, 16 * Gigabyte)));
        Assert.That(
            plan.Line,
            Is.EqualTo("memory plan: all 6.00 GB of the parents' weights stay on the GPU; 8 candidates of 2.00 GB at once; "
                + "4.00 GB for scoring; 80.0 GB of 80.0 GB are free"));
    }

    [Test]
    public void Plan_WithRoomForOneCandidate_KeepsTheParentsAndMergesOneByOne()
    {
        var plan = MemoryPlanner.Plan(15 * Gigabyte, 16 * Gigabyte, new DeviceMemoryNeeds(6 * Gigabyte, 2 * Gigabyte, 8, 4 * Gigabyte));

        Assert.That((plan.ResidentByteCount, plan.CandidatesByteCount), Is.EqualTo((6 * Gigabyte, 2 * Gigabyte)));
    }

    [Test]
    public void Plan_WithRoomForSomeParents_UploadsTheRest()
    {
        var plan = MemoryPlanner.Plan(10 * Gigabyte, 16 * Gigabyte, new DeviceMemoryNeeds(6 * Gigabyte, 2 * Gigabyte, 8, 4 * Gigabyte));

        Assert.That((plan.ResidentByteCount, plan.CandidatesByteCount), Is.EqualTo((3 * Gigabyte, 2 * Gigabyte)));
        Assert.That(plan.Line, Does.Contain("3.00 GB of the parents' 6.00 GB stay on the GPU, the rest is uploaded for every merge"));
    }

    [Test]
    public void Plan_WithTooLittle_SaysSoWithTheCure()
    {
        var plan = MemoryPlanner.Plan(2 * Gigabyte, 16 * Gigabyte, new DeviceMemoryNeeds(6 * Gigabyte, 2 * Gigabyte, 8, 4 * Gigabyte));

        Assert.That((plan.ResidentByteCount, plan.CandidatesByteCount), Is.EqualTo((0L, 2 * Gigabyte)));
        Assert.That(plan.Line, Does.Contain("which may not be enough: lower batch_tokens"));
    }

    [Test]
    public void Plan_AnyNeeds_NeverPlansMoreThanIsFree()
    {
        var sizes = Gen.Choose(0, 2_000_000).Select(size => size * 10_000L);
        Prop.ForAll(
            sizes.Three().ToArbitrary(),
            Gen.Choose(1, 100).ToArbitrary(),
            (needs, count) =>
            {
                const long Free = 20 * Gigabyte;
                var (parents, candidate, scoring) = needs;
                var plan = MemoryPlanner.Plan(Free, Free, new DeviceMemoryNeeds(parents, candidate, count, scoring));
                return plan.ResidentByteCount >= 0
                    && plan.ResidentByteCount <= parents
                    && plan.CandidatesByteCount >= candidate
                    && plan.CandidatesByteCount <= candidate * count
                    && (plan.ResidentByteCount + plan.CandidatesByteCount + scoring <= Free
                        || plan.Line.Contains("may not be enough", StringComparison.Ordinal));
            }).QuickCheckThrowOnFailure();
    }
}
