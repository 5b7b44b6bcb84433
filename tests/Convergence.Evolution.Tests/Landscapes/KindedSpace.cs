using System.Collections.Immutable;
using System.Globalization;
using Convergence.Evolution.Randomness;
using Convergence.Evolution.Search;
using MathNet.Numerics.Distributions;

namespace Convergence.Evolution.Tests.Landscapes;

/// <summary>
/// A space of <see cref="KindedGenome"/>: the operators that any space of numbers would have. The distance is the root mean square
/// difference of the genes, mapped to [1/2, 1] when the kinds differ. With <paramref name="levels"/> above 0 a gene takes only that many
/// evenly spaced values.
/// </summary>
internal sealed class KindedSpace(int kindCount, int geneCount, ImmutableArray<KindedGenome>? seeds = null, int levels = 0)
    : IGenomeSpace<KindedGenome>
{
    public int KindCount => kindCount;

    public IReadOnlyList<KindedGenome> Seeds { get; } = seeds ?? [];

    public int KindOf(KindedGenome genome) => genome.Kind;

    public ImmutableArray<double> GenesOf(KindedGenome genome) => genome.Genes;

    public KindedGenome Sample(int kind, SearchRandom random) =>
        new(kind, [.. Enumerable.Range(0, geneCount).Select(_ => OnLevel(random.NextDouble()))]);

    public KindedGenome Cross(KindedGenome first, KindedGenome second, SearchRandom random) =>
        new(random.NextBoolean(0.5) ? first.Kind : second.Kind,
            [.. first.Genes.Zip(second.Genes, (one, other) => random.NextBoolean(0.5) ? one : other)]);

    public KindedGenome Mutate(KindedGenome genome, double rate, double strength, SearchRandom random)
    {
        var genes = genome.Genes.ToArray();
        var forced = random.Next(genes.Length);
        for (var index = 0; index < genes.Length; index++)
        {
            if (random.NextBoolean(rate) || index == forced)
            {
                genes[index] = OnLevel(Math.Clamp(genes[index] + Normal.Sample(random, 0, strength), 0, 1));
            }
        }

        return new KindedGenome(genome.Kind, [.. genes]);
    }

    public KindedGenome ChangeKind(KindedGenome genome, int kind, SearchRandom random) => genome with { Kind = kind };

    public double Distance(KindedGenome first, KindedGenome second)
    {
        var squares = first.Genes.Zip(second.Genes, (one, other) => (one - other) * (one - other)).Sum();
        var distance = Math.Sqrt(squares / geneCount);
        return first.Kind == second.Kind ? distance : (1 + distance) / 2;
    }

    public string Fingerprint(KindedGenome genome) =>
        genome.Kind.ToString(CultureInfo.InvariantCulture) + ":"
        + string.Join(',', genome.Genes.Select(gene => gene.ToString("R", CultureInfo.InvariantCulture)));

    private double OnLevel(double gene) => levels == 0 ? gene : Math.Round(gene * (levels - 1)) / (levels - 1);
}
