using System.Collections.Immutable;
using Convergence.Evolution.Randomness;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Genomes;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.EvoMerge.Tests.Genomes;

internal sealed class MergeGenomeSpaceTests
{
    private static readonly MergeGenomeSpace Space = new(
        [.. Enum.GetValues<MergeTechnique>()], new GeneLayout(modelCount: 3, hasBase: true, groupCount: 3), new LayerBounds(4, 2, 7));

    private static readonly MergeGenomeSpace FixedDepth = new(
        [MergeTechnique.FrankenMerge, MergeTechnique.Linear], new GeneLayout(2, hasBase: false, 2), new LayerBounds(3, 3, 3));

    [Test]
    public void Distance_AnyGenomes_IsAMetricWithinOne() => Check(random =>
    {
        var (a, b, c) = (Any(random), Any(random), Any(random));
        var (ab, bc, ac) = (Space.Distance(a, b), Space.Distance(b, c), Space.Distance(a, c));
        return ab is >= 0 and <= 1 && Space.Distance(a, a) == 0 && ab.Equals(Space.Distance(b, a)) && ac <= ab + bc + 1e-12;
    });

    [Test]
    public void Distance_Zero_ExactlyWhenFingerprintsAgree() => Check(random =>
    {
        var genome = Any(random);
        var other = random.NextBoolean(0.5) ? Any(random) : Space.Mutate(genome, 0.1, 0.01, random);
        return (Space.Distance(genome, other) == 0) == (Space.Fingerprint(genome) == Space.Fingerprint(other));
    });

    [Test]
    public void Distance_ScaledLinearWeights_IsZero()
    {
        var layout = Space.Layout;
        var genes = new double[layout.Count];
        genes.AsSpan(0, 12).Fill(0.25);
        var half = new MergeGenome(MergeTechnique.Linear, [.. genes], Space.Seeds[0].Layers);
        genes.AsSpan(0, 12).Fill(0.75);
        var whole = new MergeGenome(MergeTechnique.Linear, [.. genes], Space.Seeds[0].Layers);

        Assert.That(Space.Distance(half, whole), Is.Zero);
        Assert.That(Space.Fingerprint(half), Is.EqualTo(Space.Fingerprint(whole)));
        Assert.That(half, Is.Not.EqualTo(whole));
    }

    [Test]
    public void Mutate_AnyGenome_StaysInBoundsAndMoves() => Check(random =>
    {
        var genome = Any(random);
        var mutant = Space.Mutate(genome, random.NextDouble(), 0.01 + random.NextDouble(), random);
        return IsValid(mutant) && mutant.Technique == genome.Technique && Space.Distance(genome, mutant) > 0;
    });

    [Test]
    public void Mutate_SmallStrength_MovesLessThanLargeStrength()
    {
        double MeanStep(double strength)
        {
            var random = new SearchRandom(1);
            return Enumerable.Range(0, 300).Average(_ =>
            {
                var genome = Space.Sample(Space.Techniques.IndexOf(MergeTechnique.Ties), random);
                return Space.Distance(genome, Space.Mutate(genome, 0.1, strength, random));
            });
        }

        Assert.That(MeanStep(0.02) * 2, Is.LessThan(MeanStep(0.2)));
    }

    [Test]
    public void Cross_AnyParents_IsClosedAndOfAParentsKind() => Check(random =>
    {
        var (first, second) = (Any(random), Any(random));
        var child = Space.Cross(first, second, random);
        return IsValid(child) && (child.Technique == first.Technique || child.Technique == second.Technique);
    });

    [Test]
    public void Cross_OfAGenomeWithItself_IsThatGenome() => Check(random =>
    {
        var genome = Any(random);
        return Space.Distance(genome, Space.Cross(genome, genome, random)) == 0;
    });

    [Test]
    public void Sample_Kind_HasThatKindAndIsValid() => Check(random =>
    {
        var kind = random.Next(Space.KindCount);
        var genome = Space.Sample(kind, random);
        return IsValid(genome) && Space.KindOf(genome) == kind;
    });

    [Test]
    public void ChangeKind_AnyGenome_IsValidAndOfThatKind() => Check(random =>
    {
        var kind = random.Next(Space.KindCount);
        var changed = Space.ChangeKind(Any(random), kind, random);
        return IsValid(changed) && Space.KindOf(changed) == kind;
    });

    [Test]
    public void ChangeKind_FromFrankenMerge_KeepsTheSharesOfTheDonors()
    {
        var layers = ImmutableArray.Create(new LayerChoice(0, 0), new LayerChoice(0, 1), new LayerChoice(2, 2), new LayerChoice(2, 3));
        var franken = new MergeGenome(MergeTechnique.FrankenMerge, Space.Seeds[0].Genes, layers);
        var linear = Space.ChangeKind(franken, Space.Techniques.IndexOf(MergeTechnique.Linear), new SearchRandom(1));

        Assert.That(linear.Genes[Space.Layout.Weight(1, 0)], Is.Zero);
        Assert.That(linear.Genes[Space.Layout.Weight(0, 0)], Is.EqualTo(1));
        Assert.That(linear.Genes[Space.Layout.Weight(2, 2)], Is.EqualTo(1));
    }

    [Test]
    public void GenesOf_GenomesOfOneKind_AreEquallyManyWithinOne() => Check(random =>
    {
        var kind = random.Next(Space.KindCount);
        var one = Space.GenesOf(Space.Sample(kind, random));
        var other = Space.GenesOf(Space.Sample(kind, random));
        return one.Length == other.Length && one.Length > 0 && one.All(gene => gene is >= 0 and <= 1);
    });

    [Test]
    public void Seeds_AllTechniques_AreDistinctValidAndCoverEveryKind()
    {
        Assert.That(Space.Seeds.Select(Space.Fingerprint), Is.Unique);
        Assert.That(Space.Seeds.All(IsValid), Is.True);
        Assert.That(Space.Seeds.Select(Space.KindOf).Distinct().Count(), Is.EqualTo(Space.KindCount));
    }

    [Test]
    public void Mutate_FixedDepth_KeepsEveryLayerInItsPlace()
    {
        var random = new SearchRandom(4);
        var genome = FixedDepth.Sample(0, random);
        for (var step = 0; step < 200; step++)
        {
            genome = FixedDepth.Mutate(FixedDepth.Cross(genome, FixedDepth.Sample(0, random), random), 0.3, 0.1, random);
            genome = genome with { Technique = MergeTechnique.FrankenMerge };

            Assert.That(genome.Layers.Select(layer => layer.Layer), Is.EqualTo(new[] { 0, 1, 2 }));
            Assert.That(genome.Layers.Select(layer => layer.Model), Has.All.InRange(0, 1));
        }
    }

    private static bool IsValid(MergeGenome genome) =>
        genome.Genes.Length == Space.Layout.Count
        && genome.Genes.All(gene => gene is >= 0 and <= 1 && GeneLayout.Quantize(gene).Equals(gene))
        && genome.Layers.Length >= Space.Layers.Min && genome.Layers.Length <= Space.Layers.Max
        && genome.Layers.All(layer => layer.Model is >= 0 and <= 3 && layer.Layer is >= 0 and < 4);

    private static MergeGenome Any(SearchRandom random)
    {
        var genome = Space.Sample(random.Next(Space.KindCount), random);
        return random.NextBoolean(0.5) ? genome : Space.Mutate(genome, 0.2, 0.2, random);
    }

    private static void Check(Func<SearchRandom, bool> property) =>
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed => property(new SearchRandom(seed)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
