using Convergence.Evolution.Randomness;
using Convergence.EvoMerge.Results.Statistics;
using MathNet.Numerics.Distributions;

namespace Convergence.EvoMerge.Tests.Results.Statistics;

public sealed class PairedBootstrapTests
{
    [Test]
    public void Run_EstimateSeesEveryExampleOnceInOrder()
    {
        var calls = new List<int[][]>();
        PairedBootstrap.Run(
            [3, 2],
            drawn =>
            {
                calls.Add([.. drawn.Select(indices => indices.ToArray())]);
                return 0;
            },
            seed: 1,
            resampleCount: 100);

        Assert.That(calls, Has.Count.EqualTo(101));
        Assert.That(calls[0][0], Is.EqualTo(Enumerable.Range(0, 3)));
        Assert.That(calls[0][1], Is.EqualTo(Enumerable.Range(0, 2)));
        Assert.That(calls.Skip(1).SelectMany(call => call[0]), Is.All.InRange(0, 2));
        Assert.That(calls.Skip(1).SelectMany(call => call[1]), Is.All.InRange(0, 1));
        Assert.That(calls.Skip(1).Select(call => string.Join(',', call[0])).Distinct().Count(), Is.GreaterThan(10));
    }

    [Test]
    public void Mean_OfNormalScores_AgreesWithTheTextbookInterval()
    {
        var random = new SearchRandom(7);
        var scores = new double[400];
        Normal.Samples(random, scores, 2.0, 1.0);
        var mean = scores.Average();
        var standardError = MathNet.Numerics.Statistics.ArrayStatistics.StandardDeviation(scores) / Math.Sqrt(scores.Length);

        var interval = PairedBootstrap.Mean(scores, seed: 3);

        Assert.That(interval.Estimate, Is.EqualTo(mean).Within(1e-12));
        Assert.That(interval.Lower, Is.EqualTo(mean - (1.96 * standardError)).Within(0.15 * standardError));
        Assert.That(interval.Upper, Is.EqualTo(mean + (1.96 * standardError)).Within(0.15 * standardError));
    }

    [Test]
    public void Mean_OverManySamples_CoversTheTruthAboutAsOftenAsPromised()
    {
        var random = new SearchRandom(11);
        var covered = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            var scores = new double[60];
            Normal.Samples(random, scores, 0.3, 1.0);
            var interval = PairedBootstrap.Mean(scores, (ulong)trial, resampleCount: 400);
            covered += interval.Lower <= 0.3 && 0.3 <= interval.Upper ? 1 : 0;
        }

        // 95 % of 200 is 190; four standard deviations of a binomial are 12.3.
        Assert.That(covered, Is.InRange(176, 199));
    }

    [Test]
    public void MeanDifference_OfAKnownShift_CoversItAndIsSignificant()
    {
        var random = new SearchRandom(5);
        var second = new double[120];
        Normal.Samples(random, second, 0.0, 1.0);
        var noise = new double[120];
        Normal.Samples(random, noise, 0.2, 0.1);
        var first = second.Zip(noise, (score, shift) => score + shift).ToArray();

        var interval = PairedBootstrap.MeanDifference(first, second, seed: 9);

        Assert.That(interval.Lower, Is.LessThan(0.2));
        Assert.That(interval.Upper, Is.GreaterThan(0.2));
        Assert.That(interval.ExcludesZero, "a shift of two noise deviations over 120 pairs must be seen");

        // Pairing matters: unpaired, a shift of 0.2 among scores of deviation 1 would drown.
        Assert.That(interval.Upper - interval.Lower, Is.LessThan(0.08));
    }

    [Test]
    public void MeanDifference_OfEqualScores_IsExactlyZeroAndNotSignificant()
    {
        double[] scores = [0, 1, 1, 0, 1, 1, 1, 0];
        var interval = PairedBootstrap.MeanDifference(scores, scores, seed: 4);
        Assert.That(interval, Is.EqualTo(new Interval(0, 0, 0)));
        Assert.That(interval.ExcludesZero, Is.False);
    }

    [Test]
    public void MeanDifference_OfNoiseAlone_IsRarelySignificant()
    {
        var random = new SearchRandom(21);
        var significant = 0;
        for (var trial = 0; trial < 100; trial++)
        {
            var first = new double[50];
            var second = new double[50];
            Normal.Samples(random, first, 0, 1);
            Normal.Samples(random, second, 0, 1);
            significant += PairedBootstrap.MeanDifference(first, second, (ulong)trial, resampleCount: 400).ExcludesZero ? 1 : 0;
        }

        Assert.That(significant, Is.LessThanOrEqualTo(15));
    }

    [Test]
    public void Run_SameSeed_SameIntervalAndAnotherSeedAnother()
    {
        var scores = Enumerable.Range(0, 50).Select(index => (index * 37 % 11) / 11.0).ToArray();
        var first = PairedBootstrap.Mean(scores, seed: 1);
        Assert.That(PairedBootstrap.Mean(scores, seed: 1), Is.EqualTo(first));
        Assert.That(PairedBootstrap.Mean(scores, seed: 2), Is.Not.EqualTo(first));
    }

    [Test]
    public void Run_OfAStatisticUndefinedOnSomeResample_IsUndefinedAndNotSignificant()
    {
        var interval = PairedBootstrap.Run([2], drawn => drawn[0][0] == drawn[0][1] ? double.NaN : 1, seed: 1);
        Assert.That(interval.Estimate, Is.EqualTo(1));
        Assert.That(interval.Lower, Is.NaN);
        Assert.That(interval.Upper, Is.NaN);
        Assert.That(interval.ExcludesZero, Is.False);
    }

    [Test]
    public void Rejects_EmptyTasksAndSettingsOutOfRange()
    {
        Assert.That(() => PairedBootstrap.Run([], _ => 0, 1), Throws.ArgumentException);
        Assert.That(() => PairedBootstrap.Run([3, 0], _ => 0, 1), Throws.ArgumentException);
        Assert.That(() => PairedBootstrap.Run([3], _ => 0, 1, 99), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => PairedBootstrap.Run([3], _ => 0, 1, confidence: 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => PairedBootstrap.MeanDifference([1], [1, 2], 1), Throws.ArgumentException);
    }
}
