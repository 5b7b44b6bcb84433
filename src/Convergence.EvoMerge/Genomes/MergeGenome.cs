using System.Collections.Immutable;
using Convergence.EvoMerge.Configuration;

namespace Convergence.EvoMerge.Genomes;

/// <summary>
/// A recipe in the form that evolution works on. Every genome carries the genes of all techniques; its technique expresses some of them
/// and the others lie dormant, so that what was learned survives a change of technique. Immutable; compared by value.
/// </summary>
public sealed record MergeGenome
{
    /// <param name="technique">The technique that is expressed.</param>
    /// <param name="genes">
    /// Numbers in [0, 1], in the order of <see cref="GeneLayout"/>; rounded to <see cref="GeneLayout.Quantum"/>.
    /// </param>
    /// <param name="layers">The layer map that frankenmerge expresses.</param>
    public MergeGenome(MergeTechnique technique, ImmutableArray<double> genes, ImmutableArray<LayerChoice> layers)
    {
        Technique = technique;
        Genes = [.. genes.Select(GeneLayout.Quantize)];
        Layers = layers;
    }

    public MergeTechnique Technique { get; init; }

    public ImmutableArray<double> Genes { get; }

    public ImmutableArray<LayerChoice> Layers { get; init; }

    public bool Equals(MergeGenome? other) =>
        other is not null && Technique == other.Technique
        && Genes.AsSpan().SequenceEqual(other.Genes.AsSpan()) && Layers.AsSpan().SequenceEqual(other.Layers.AsSpan());

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Technique);
        foreach (var gene in Genes)
        {
            hash.Add(gene);
        }

        foreach (var layer in Layers)
        {
            hash.Add(layer);
        }

        return hash.ToHashCode();
    }
}
