namespace Convergence.Merging;

/// <summary>A run of layers of one model.</summary>
/// <param name="Model">Its directory, absolute or relative to the root of <see cref="ParentModels"/>.</param>
/// <param name="FirstLayer">The first layer, counted from 0.</param>
/// <param name="EndLayer">The layer after the last one.</param>
/// <param name="Parameters">What holds for this source alone.</param>
public sealed record RecipeSource(string Model, int FirstLayer, int EndLayer, RecipeParameters Parameters)
{
    public int LayerCount => EndLayer - FirstLayer;
}
