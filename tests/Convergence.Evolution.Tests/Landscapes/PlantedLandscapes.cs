using System.Collections.Immutable;
using Convergence.Evolution.Randomness;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace Convergence.Evolution.Tests.Landscapes;

/// <summary>
/// Landscapes with a hidden optimum. An instance is a function of its seed: another seed plants other optima, rotations and orders
/// of the kinds, so that no search can be tuned to one. Every kind has its own optimum; one kind's is worth 1, the others' less.
/// </summary>
internal static class PlantedLandscapes
{
    private const int KindCount = 6;

    public static ImmutableArray<string> Names { get; } = ["sphere", "ellipsoid", "rugged", "deceptive", "merge-like"];

    public static Landscape Create(string name, ulong seed) => name switch
    {
        "sphere" => Sphere(new SearchRandom(seed)),
        "ellipsoid" => Ellipsoid(new SearchRandom(seed)),
        "rugged" => Rugged(new SearchRandom(seed)),
        "deceptive" => Deceptive(new SearchRandom(seed)),
        "merge-like" => MergeLike(new SearchRandom(seed)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such landscape."),
    };

    /// <summary>The easiest one: 24 genes, a bowl around each kind's optimum.</summary>
    private static Landscape Sphere(SearchRandom random)
    {
        const int Dimensions = 24;
        var optima = Optima(Dimensions, random);
        var peaks = Peaks(0.05, random);
        return new Landscape(
            "sphere",
            new KindedSpace(KindCount, Dimensions),
            genome => peaks[genome.Kind] - (4 * Offsets(genome, optima).Select(Square).Average()));
    }

    /// <summary>16 genes that depend on each other: a rotated bowl, a hundred times as steep along one axis as along another.</summary>
    private static Landscape Ellipsoid(SearchRandom random)
    {
        const int Dimensions = 16;
        var optima = Optima(Dimensions, random);
        var peaks = Peaks(0.05, random);
        var rotation = Matrix<double>.Build.Dense(Dimensions, Dimensions, (_, _) => Normal.Sample(random, 0, 1)).QR().Q;
        return new Landscape("ellipsoid", new KindedSpace(KindCount, Dimensions), genome =>
        {
            var rotated = rotation * Vector<double>.Build.DenseOfEnumerable(Offsets(genome, optima));
            return peaks[genome.Kind]
                - rotated.Select((value, axis) => Square(value) * Math.Pow(100, axis / (Dimensions - 1.0)) / 10).Average();
        });
    }

    /// <summary>12 genes; a bowl with waves in it after Rastrigin: hundreds of thousands of local optima.</summary>
    private static Landscape Rugged(SearchRandom random)
    {
        const int Dimensions = 12;
        var optima = Optima(Dimensions, random);
        var peaks = Peaks(0.05, random);
        return new Landscape(
            "rugged",
            new KindedSpace(KindCount, Dimensions),
            genome => peaks[genome.Kind]
                - Offsets(genome, optima).Select(offset => (3 * Square(offset)) + (0.1 * (1 - Math.Cos(8 * Math.PI * offset)))).Average());
    }

    /// <summary>12 genes; the best kind is the worst one on average: its peak is the highest and the steepest.</summary>
    private static Landscape Deceptive(SearchRandom random)
    {
        const int Dimensions = 12;
        var optima = Optima(Dimensions, random);
        var best = random.Next(KindCount);
        return new Landscape("deceptive", new KindedSpace(KindCount, Dimensions), genome =>
        {
            var distance = Math.Sqrt(Offsets(genome, optima).Select(Square).Average());
            return genome.Kind == best ? 1 - (1.8 * distance) : 0.8 - (1.2 * distance);
        });
    }

    /// <summary>
    /// 24 genes, of which 16 matter, two at a time, and mean nearly the same to every kind; a cliff where a merge collapses, a region
    /// where evaluation fails, and proposals of the space in the middle of each kind.
    /// </summary>
    private static Landscape MergeLike(SearchRandom random)
    {
        const int Dimensions = 24;
        const int Active = 16;
        var common = Optima(Dimensions, random)[0].Genes;
        var optima = Optima(Dimensions, random)
            .Select(own => new KindedGenome(own.Kind, [.. own.Genes.Zip(common, (gene, shared) => (0.2 * gene) + (0.8 * shared))]))
            .ToArray();
        var peaks = Peaks(0.05, random);
        var heeded = Enumerable.Range(0, Dimensions).OrderBy(_ => random.NextDouble()).Take(Active).ToArray();
        ImmutableArray<KindedGenome> seeds =
            [.. Enumerable.Range(0, KindCount).Select(kind => new KindedGenome(kind, [.. Enumerable.Repeat(0.5, Dimensions)]))];
        return new Landscape("merge-like", new KindedSpace(KindCount, Dimensions, seeds), genome =>
        {
            var offsets = Offsets(genome, optima).ToArray();
            var loss = Enumerable.Range(0, Active)
                .Select(index => Square(offsets[heeded[index]] + (0.5 * offsets[heeded[(index + 1) % Active]])))
                .Average();
            var fitness = peaks[genome.Kind] - (4 * loss);
            return genome.Genes[heeded[0]] > 0.97 ? null : loss > 0.2 ? 0.02 : fitness;
        });
    }

    private static KindedGenome[] Optima(int dimensions, SearchRandom random) =>
        [.. Enumerable.Range(0, KindCount)
            .Select(kind => new KindedGenome(kind, [.. Enumerable.Range(0, dimensions).Select(_ => 0.1 + (0.8 * random.NextDouble()))]))];

    /// <summary>The value of each kind's optimum: 1, 1 - step, 1 - 2 step ... in a random order.</summary>
    private static double[] Peaks(double step, SearchRandom random) =>
        [.. Enumerable.Range(0, KindCount).OrderBy(_ => random.NextDouble()).Select(rank => 1 - (step * rank))];

    private static IEnumerable<double> Offsets(KindedGenome genome, KindedGenome[] optima) =>
        genome.Genes.Zip(optima[genome.Kind].Genes, (gene, optimum) => gene - optimum);

    private static double Square(double value) => value * value;
}
