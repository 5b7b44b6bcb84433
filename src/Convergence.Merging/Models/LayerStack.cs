using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>The numbered layers that a model's tensor names show.</summary>
/// <param name="Prefixes">The names before the numbers; a decoder has one.</param>
/// <param name="Counts">Layers per prefix: the highest number plus one.</param>
internal sealed record LayerStack(ImmutableArray<string> Prefixes, ImmutableArray<int> Counts)
{
    /// <summary>The layers of the only stack, 0 without one.</summary>
    public int Count => Counts.Length == 0 ? 0 : Counts[0];

    public static LayerStack Of(IEnumerable<string> tensorNames)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in tensorNames)
        {
            if (LayerName.Parse(name) is { } layer)
            {
                counts[layer.Prefix] = Math.Max(counts.GetValueOrDefault(layer.Prefix), layer.Layer + 1);
            }
        }

        return new LayerStack([.. counts.Keys], [.. counts.Values]);
    }

    /// <summary>Layers of the stack with that prefix.</summary>
    public int CountOf(string prefix) => Counts[Prefixes.IndexOf(prefix)];
}
