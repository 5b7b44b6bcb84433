using Convergence.Evolution.Randomness;
using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.Distributions;

namespace Convergence.Evolution.Tests.Randomness;

internal sealed class SearchRandomTests
{
    [Test]
    public void NextUInt64_ReferenceState_GivesTheReferenceSequence()
    {
        // What the authors' own code gives from this state; the first: rotl(2 * 5, 7) * 9 = 11520.
        var random = new SearchRandom(new SearchRandomState(1, 2, 3, 4));
        var drawn = Enumerable.Range(0, 4).Select(_ => random.NextUInt64()).ToArray();
        Assert.That(drawn, Is.EqualTo(new ulong[] { 11520, 0, 1509978240, 1215971899390074240 }));
    }

    [Test]
    public void Next_AnyRange_StaysInside() => Prop.ForAll<int, int, ulong>((first, second, seed) =>
    {
        var (low, high) = (Math.Min(first, second), Math.Max(first, second));
        var random = new SearchRandom(seed);
        return Enumerable.Range(0, 20).Select(_ => random.Next(low, high)).All(value => value >= low && (value < high || low == high));
    }).QuickCheckThrowOnFailure();

    [Test]
    public void Next_TheWidestRange_DoesNotOverflow()
    {
        var random = new SearchRandom(9);
        var drawn = Enumerable.Range(0, 1000).Select(_ => random.Next(int.MinValue, int.MaxValue)).ToArray();
        Assert.That(drawn.Min(), Is.LessThan(-2_000_000_000));
        Assert.That(drawn.Max(), Is.GreaterThan(2_000_000_000));
    }

    [Test]
    public void Next_ManyDraws_AreUniform([Values(2, 7, 10, 64)] int bins)
    {
        const int Draws = 50_000;
        var random = new SearchRandom(12);
        var counts = new double[bins];
        for (var draw = 0; draw < Draws; draw++)
        {
            counts[random.Next(bins)]++;
        }

        // The statistic exceeds the 99.9 % quantile for one seed in a thousand; the seed is fixed.
        var expected = (double)Draws / bins;
        var statistic = counts.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.That(statistic, Is.LessThan(ChiSquared.InvCDF(bins - 1, 0.999)));
    }

    [Test]
    public void NextDouble_ManyDraws_AreUniformInTheUnitInterval()
    {
        var random = new SearchRandom(13);
        var drawn = Enumerable.Range(0, 20_000).Select(_ => random.NextDouble()).Order().ToArray();
        Assert.That(drawn[0], Is.GreaterThanOrEqualTo(0));
        Assert.That(drawn[^1], Is.LessThan(1));

        // Kolmogorov-Smirnov: the gap to the uniform distribution, 99.9 % quantile 1.95 / sqrt(n).
        var gap = drawn.Select((value, index) => Math.Abs(value - ((index + 0.5) / drawn.Length))).Max();
        Assert.That(gap, Is.LessThan(1.95 / Math.Sqrt(drawn.Length)));
    }

    [Test]
    public void Save_AtAnyMoment_RestoresTheSameFuture() => Prop.ForAll<ulong, byte>((seed, skip) =>
    {
        var random = new SearchRandom(seed);
        for (var draw = 0; draw < skip; draw++)
        {
            random.NextDouble();
        }

        var restored = new SearchRandom(random.Save());
        return Futures(random).SequenceEqual(Futures(restored)) && random.Save() == restored.Save();
    }).QuickCheckThrowOnFailure();

    [Test]
    public void NextBoolean_CertainAndImpossible_AreSo()
    {
        var random = new SearchRandom(1);
        Assert.That(Enumerable.Range(0, 1000).Select(_ => random.NextBoolean(1)), Is.All.True);
        Assert.That(Enumerable.Range(0, 1000).Select(_ => random.NextBoolean(0)), Is.All.False);
    }

    [Test]
    public void Construct_AllZeroState_IsRefused() =>
        Assert.That(() => new SearchRandom(default(SearchRandomState)), Throws.ArgumentException);

    /// <summary>Every way to draw, those inherited from the base class and MathNet's included.</summary>
    private static IEnumerable<double> Futures(SearchRandom random)
    {
        var bytes = new byte[5];
        random.NextBytes(bytes);
        return
        [
            random.NextDouble(), random.Next(), random.Next(10), random.Next(-5, 5),
            random.NextInt64(), random.NextSingle(), bytes.Sum(x => x),
            Normal.Sample(random, 0, 1), Beta.Sample(random, 1.5, 3), Gamma.Sample(random, 0.5, 1),
        ];
    }
}
