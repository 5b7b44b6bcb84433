using Convergence.Evolution.Racing;
using Convergence.Evolution.Randomness;

namespace Convergence.Evolution.Tests.Racing;

internal sealed class BettingEvidenceTests
{
    [Test]
    public void ThatFirstIsBetter_OfEquals_IsSeldomEverConvincing()
    {
        const int Runs = 2000;
        var convinced = 0;
        for (var seed = 0UL; seed < Runs; seed++)
        {
            var random = new SearchRandom(seed);
            double[] Scores() => [.. Enumerable.Range(0, 200).Select(_ => random.NextBoolean(0.5) ? 1.0 : 0.0)];
            var (first, second) = (Scores(), Scores());
            convinced += Enumerable.Range(1, 200)
                .Any(count => BettingEvidence.ThatFirstIsBetter(first.AsSpan(0, count), second) >= 20) ? 1 : 0;
        }

        // Looked at after every case: at most one in twenty, and three standard errors.
        Assert.That((double)convinced / Runs, Is.LessThanOrEqualTo(0.05 + (3 * Math.Sqrt(0.05 * 0.95 / Runs))));
    }

    [Test]
    public void ThatFirstIsBetter_OfABetterOne_GrowsAndOfAWorseOneDoesNot()
    {
        double[] better = [.. Enumerable.Range(0, 60).Select(index => index % 4 == 0 ? 0.0 : 1)];
        double[] worse = [.. Enumerable.Range(0, 60).Select(index => index % 4 == 1 ? 1.0 : 0)];
        Assert.That(BettingEvidence.ThatFirstIsBetter(better, worse), Is.GreaterThan(1000));
        Assert.That(BettingEvidence.ThatFirstIsBetter(worse, better), Is.LessThanOrEqualTo(1));
        Assert.That(BettingEvidence.ThatFirstIsBetter(better.AsSpan(0, 0), worse), Is.EqualTo(1));
    }

    [Test]
    public void ThatFirstIsBetter_InOtherUnits_IsTheSame()
    {
        double[] first = [3, 9, double.NaN, 7, 8];
        double[] second = [2, 4, 1, 7, 1];
        Assert.That(
            BettingEvidence.ThatFirstIsBetter(first, second, range: 10),
            Is.EqualTo(BettingEvidence.ThatFirstIsBetter([.. first.Select(x => x / 10)], [.. second.Select(x => x / 10)])).Within(1e-12));
        Assert.That(
            () => BettingEvidence.ThatFirstIsBetter(first, second),
            Throws.ArgumentException.With.Message.Contains("more than the range 1"));
    }
}
