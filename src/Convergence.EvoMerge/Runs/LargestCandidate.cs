using System.Collections.Immutable;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Genomes;
using Convergence.Merging;

namespace Convergence.EvoMerge.Runs;

/// <summary>The most that a run's model can take on the disk, known before the search begins.</summary>
internal static class LargestCandidate
{
    /// <summary>Bytes of the weights of the largest model that the search can end with.</summary>
    public static long ByteCount(RunSetup setup, ParentModels parents)
    {
        var average = BytesOf(RunModels.Average(setup.Models.All), setup, parents);
        return setup.Config.Techniques.Contains(MergeTechnique.FrankenMerge)
            ? Math.Max(average, setup.Models.All.Max(model => BytesOf(Deepest(model, setup.Space.Layers), setup, parents)))
            : average;
    }

    private static long BytesOf(MergeRecipe recipe, RunSetup setup, ParentModels parents) =>
        MergePlanner.Plan(recipe with { OutDType = setup.OutDType }, parents).OutputBytes;

    /// <summary>One model's layers, stacked again from the first until there are as many as a candidate may have.</summary>
    private static MergeRecipe Deepest(string model, LayerBounds layers)
    {
        var slices = ImmutableArray.CreateBuilder<RecipeSlice>();
        for (var count = 0; count < layers.Max; count += layers.ParentCount)
        {
            var source = new RecipeSource(model, 0, Math.Min(layers.ParentCount, layers.Max - count), RecipeParameters.Empty);
            slices.Add(new RecipeSlice([source], RecipeParameters.Empty));
        }

        return new MergeRecipe { Method = MergeMethod.Passthrough, Slices = slices.ToImmutable() };
    }
}
