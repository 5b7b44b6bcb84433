using System.Collections.Immutable;
using Convergence.EvoMerge.Configuration;

namespace Convergence.EvoMerge.Genomes;

/// <summary>The recipes that a run tries first: what a practitioner would, most promising first.</summary>
internal static class SeedGenomes
{
    public static IReadOnlyList<MergeGenome> Of(MergeGenomeSpace space)
    {
        var layout = space.Layout;
        MergeGenome[] all =
        [
            // Plain average, and task arithmetic (Ilharco et al., 2023): DARE that drops nothing.
            Make(MergeTechnique.Linear),
            Make(MergeTechnique.Dare, (layout.Lambda, 0.3), (layout.Consensus, 0)),
            Make(MergeTechnique.Ties, (layout.Lambda, 0.5)).WithDensity(layout, 0.5),
            Make(MergeTechnique.Dfs, (layout.Lambda, 0.5)),
            Make(MergeTechnique.Slerp),
            Make(MergeTechnique.Dare, (layout.Lambda, 0.5), (layout.Consensus, 1)).WithDensity(layout, 0.5),
            Make(MergeTechnique.FrankenMerge),

            // TIES as its paper has it: a fifth of each task vector, scaled up.
            Make(MergeTechnique.Ties, (layout.Lambda, 0.75)).WithDensity(layout, 0.2),
        ];
        return [.. all.Where(genome => space.Techniques.Contains(genome.Technique))];

        MergeGenome Make(MergeTechnique technique, params ReadOnlySpan<(int Gene, double Value)> values)
        {
            var genes = new double[layout.Count];
            genes.AsSpan(0, layout.ModelCount * layout.GroupCount).Fill(1);
            genes.AsSpan(layout.Density(0), layout.ModelCount).Fill(1);
            genes[layout.Temperature] = GeneLayout.FromTemperature(1);
            genes[layout.FeatureDensity] = 1;
            foreach (var (gene, value) in values)
            {
                genes[gene] = value;
            }

            return new MergeGenome(technique, [.. genes], Blocks(space));
        }
    }

    private static MergeGenome WithDensity(this MergeGenome genome, GeneLayout layout, double density)
    {
        var genes = genome.Genes.ToArray();
        genes.AsSpan(layout.Density(0), layout.ModelCount).Fill(GeneLayout.FromDensity(density));
        return new MergeGenome(genome.Technique, [.. genes], genome.Layers);
    }

    /// <summary>
    /// The depth in equal blocks, one a specialist, in order; a depth that the parents do not have repeats or skips evenly.
    /// </summary>
    private static ImmutableArray<LayerChoice> Blocks(MergeGenomeSpace space)
    {
        var bounds = space.Layers;
        var depth = Math.Clamp(bounds.ParentCount, bounds.Min, bounds.Max);
        return
        [
            .. Enumerable.Range(0, depth).Select(place =>
                new LayerChoice(place * space.Layout.ModelCount / depth, place * bounds.ParentCount / depth)),
        ];
    }
}
