namespace Convergence.Merging;

/// <summary>A number in a configuration that divides the layers into those before a border and those after it.</summary>
/// <param name="Key">Its name.</param>
/// <param name="CountsFromEnd">Whether it counts the layers after the border, instead of those before it.</param>
/// <param name="IsLastIncluded">Whether it names the last layer before the border, instead of the first one after it.</param>
internal sealed record LayerBorder(string Key, bool CountsFromEnd, bool IsLastIncluded)
{
    /// <summary>Whether a layer lies before the border.</summary>
    /// <param name="value">The number.</param>
    /// <param name="layer">The layer's place in its model.</param>
    /// <param name="layerCount">Layers of its model.</param>
    public bool IsBefore(long value, int layer, int layerCount) =>
        CountsFromEnd ? layer < layerCount - value : IsLastIncluded ? layer <= value : layer < value;

    /// <summary>The number that puts the same layers before the border.</summary>
    /// <param name="isBefore">Of every layer of the output, in order.</param>
    /// <returns><see langword="null"/> when layers from both sides are mixed, or none lies before and the number cannot say that.</returns>
    public long? Find(IReadOnlyList<bool> isBefore)
    {
        var before = isBefore.TakeWhile(flag => flag).Count();
        if (isBefore.Skip(before).Any(flag => flag))
        {
            return null;
        }

        return CountsFromEnd ? isBefore.Count - before : !IsLastIncluded ? before : before > 0 ? before - 1 : null;
    }
}
