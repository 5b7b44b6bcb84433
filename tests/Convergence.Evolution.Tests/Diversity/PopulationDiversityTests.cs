using Convergence.Evolution.Diversity;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Evolution.Tests.Diversity;

internal sealed class PopulationDiversityTests
{
    [TestCase(new double[0], 0)]
    [TestCase(new[] { 0.4 }, 0)]
    [TestCase(new[] { 0.4, 0.4, 0.4 }, 0)]
    [TestCase(new[] { 0.0, 0.5, 1 }, (0.5 + 1 + 0.5) / 3)]
    public void MeanPairwise_KnownMembers_IsTheMeanOverPairs(double[] members, double expected) =>
        Assert.That(PopulationDiversity.MeanPairwise(members, Distance), Is.EqualTo(expected).Within(1e-12));

    [Test]
    public void Ledger_AfterReplacements_AgreesWithCountingAfresh() => Prop.ForAll(
        Gen.Choose(0, 1000).Select(value => value / 1000.0).ArrayOf(7).ToArbitrary(),
        Gen.Choose(0, 1000).Select(value => value / 1000.0).ArrayOf(12).ToArbitrary(),
        (members, newcomers) =>
        {
            var ledger = new DiversityLedger<double>(members, Distance);
            foreach (var (turn, newcomer) in newcomers.Index())
            {
                var index = turn * 3 % members.Length;
                members[index] = newcomer;
                ledger.Replace(index, newcomer);
            }

            return Math.Abs(ledger.MeanPairwise - PopulationDiversity.MeanPairwise(members, Distance)) < 1e-12
                && Math.Abs(ledger.Contribution(2) - ledger.ContributionOf(2, members[2])) < 1e-12;
        }).QuickCheckThrowOnFailure();

    private static double Distance(double first, double second) => Math.Abs(first - second);
}
