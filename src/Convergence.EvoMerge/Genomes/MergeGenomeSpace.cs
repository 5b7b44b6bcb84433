using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Convergence.Evolution.Randomness;
using Convergence.Evolution.Search;
using Convergence.EvoMerge.Configuration;

namespace Convergence.EvoMerge.Genomes;

/// <summary>
/// The recipes that a run searches. The distance of two genomes is half that of what they take from each donor (total variation of
/// the shares) and half that of how they merge: 1 for different techniques, the mean difference of the normalised numbers for
/// equal ones, the edit distance of the layer maps over the greatest depth for frankenmerge. It is a metric on what genomes mean.
/// </summary>
public sealed class MergeGenomeSpace : IGenomeSpace<MergeGenome>
{
    /// <summary>How often a mutation is tried again when it left the meaning as it was.</summary>
    private const int MutationTries = 8;

    private readonly ConditionalWeakTable<MergeGenome, Phenotype> _phenotypes = [];
    private readonly LayerOperators _layerOperators;

    /// <param name="techniques">The techniques; a kind is an index into them.</param>
    /// <param name="layout">Which gene stands where.</param>
    /// <param name="layers">The parents' depth and the bounds of a frankenmerge's.</param>
    public MergeGenomeSpace(ImmutableArray<MergeTechnique> techniques, GeneLayout layout, LayerBounds layers)
    {
        Techniques = techniques;
        Layout = layout;
        Layers = layers;
        _layerOperators = new LayerOperators(layout, layers);
        Seeds = SeedGenomes.Of(this);
    }

    public ImmutableArray<MergeTechnique> Techniques { get; }

    public GeneLayout Layout { get; }

    public LayerBounds Layers { get; }

    /// <inheritdoc/>
    public int KindCount => Techniques.Length;

    /// <inheritdoc/>
    public IReadOnlyList<MergeGenome> Seeds { get; }

    /// <inheritdoc/>
    public int KindOf(MergeGenome genome) => Techniques.IndexOf(genome.Technique);

    /// <inheritdoc/>
    public ImmutableArray<double> GenesOf(MergeGenome genome) => Express(genome).Numbers;

    /// <inheritdoc/>
    public string Fingerprint(MergeGenome genome) => Express(genome).Fingerprint;

    /// <summary>What reports call the recipe of a genome: its technique, or <c>task_arithmetic</c> for a DARE that drops nothing.</summary>
    public string NameOf(MergeGenome genome) => Express(genome).Name;

    /// <inheritdoc/>
    public MergeGenome Sample(int kind, SearchRandom random)
    {
        var genes = new double[Layout.Count];
        for (var gene = 0; gene < genes.Length; gene++)
        {
            genes[gene] = random.NextDouble();
        }

        return new MergeGenome(Techniques[kind], [.. genes], _layerOperators.Sample(random));
    }

    /// <inheritdoc/>
    public MergeGenome Cross(MergeGenome first, MergeGenome second, SearchRandom random)
    {
        // Half of the children mix whole genes, half lie between (or a little beyond) their parents.
        var technique = random.NextBoolean(0.5) ? first.Technique : second.Technique;
        var mixes = random.NextBoolean(0.5);
        var share = (random.NextDouble() * 1.5) - 0.25;
        var genes = new double[Layout.Count];
        for (var gene = 0; gene < genes.Length; gene++)
        {
            genes[gene] = mixes || Layout.IsFlag(gene) || gene == Layout.MaskSeed
                ? (random.NextBoolean(0.5) ? first.Genes[gene] : second.Genes[gene])
                : first.Genes[gene] + (share * (second.Genes[gene] - first.Genes[gene]));
        }

        return new MergeGenome(technique, [.. genes], _layerOperators.Cross(first.Layers, second.Layers, random));
    }

    /// <inheritdoc/>
    public MergeGenome Mutate(MergeGenome genome, double rate, double strength, SearchRandom random)
    {
        var mutant = genome;
        for (var attempt = 0; attempt < MutationTries && Fingerprint(mutant) == Fingerprint(genome); attempt++)
        {
            mutant = genome.Technique == MergeTechnique.FrankenMerge
                ? genome with { Layers = _layerOperators.Mutate(genome.Layers, rate, random) }
                : GeneMutation.Mutate(genome, Layout, rate, strength, random);
        }

        return mutant;
    }

    /// <inheritdoc/>
    public MergeGenome ChangeKind(MergeGenome genome, int kind, SearchRandom random)
    {
        var technique = Techniques[kind];
        if (technique == genome.Technique)
        {
            return genome;
        }

        if (technique == MergeTechnique.FrankenMerge)
        {
            return new MergeGenome(technique, genome.Genes, _layerOperators.FromWeights(genome.Genes, random));
        }

        return genome.Technique == MergeTechnique.FrankenMerge
            ? new MergeGenome(technique, _layerOperators.ToWeights(genome.Layers, genome.Genes), genome.Layers)
            : genome with { Technique = technique };
    }

    /// <inheritdoc/>
    public double Distance(MergeGenome first, MergeGenome second)
    {
        var (one, other) = (Express(first), Express(second));
        var how = first.Technique != second.Technique ? 1
            : first.Technique == MergeTechnique.FrankenMerge ? LayerOperators.EditDistance(first.Layers, second.Layers) / (double)Layers.Max
            : one.NumberDistance(other);
        return (one.ShareDistance(other) + how) / 2;
    }

    internal Phenotype Express(MergeGenome genome) =>
        _phenotypes.GetValue(genome, key => Phenotype.Of(key, Layout, Layers.Max));
}
