namespace Convergence.Merging;

/// <summary>A tensor of the output, and where the recipe takes it from.</summary>
/// <param name="Name">Its name in the output.</param>
/// <param name="Depth">Where its layer lies in the slice or stack, in [0, 1]: what gradients are read at. 0 outside the layers.</param>
/// <param name="Slice">The slice that it belongs to.</param>
/// <param name="NameIn">Its name in a source's model.</param>
/// <param name="BaseName">Its name in the base.</param>
internal sealed record PlannedTensor(
    string Name, double Depth, RecipeSlice Slice, Func<RecipeSource, string> NameIn, string BaseName)
{
    /// <summary>A tensor that has one name in all models.</summary>
    public static PlannedTensor SameEverywhere(string name, double depth, RecipeSlice slice) => new(name, depth, slice, _ => name, name);
}
