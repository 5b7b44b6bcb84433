using System.Collections.Immutable;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Genomes;
using Convergence.Merging;

namespace Convergence.EvoMerge.Runs;

/// <summary>The most that a run's model can take on the disk, known before the search begins.</summary>
internal static class LargestCandidate
{
    /// <summary>Bytes of the weights of the largest model that the search can end with.</summary>
    /// <param name="setup">The run.</param>
    /// <param name="parents">Of the run.</param>
    /// <param name="taken">What a tensor of so many bytes takes; <see langword="null"/> for just as many.</param>
    public static long ByteCount(RunSetup setup, ParentModels parents, Func<long, long>? taken = null)
    {
        var average = BytesOf(RunModels.Average(setup.Models.All));
        return setup.Config.Techniques.Contains(MergeTechnique.FrankenMerge)
            ? Math.Max(average, setup.Models.All.Max(model => BytesOf(Deepest(model, setup.Space.Layers))))
            : average;

        long BytesOf(MergeRecipe recipe)
        {
            var plan = MergePlanner.Plan(recipe with { OutDType = setup.OutDType }, parents);
            return taken is null ? plan.OutputBytes : plan.Tasks.Sum(task => taken(task.ByteCount));
        }
    }

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
