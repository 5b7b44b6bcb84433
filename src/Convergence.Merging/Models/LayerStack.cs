using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>
/// The numbered runs of layers that a model's tensor names show, found without knowing the architecture: a decoder has one, an
/// encoder-decoder two, a model with a vision tower one for it besides its own, and numbered parts of other modules look alike.
/// </summary>
/// <param name="Prefixes">The names before the numbers, in ordinal order.</param>
/// <param name="Counts">Layers per prefix: the highest number plus one.</param>
/// <param name="Main">The place of the run that the configuration's depth means; -1 when it cannot be told.</param>
internal sealed record LayerStack(ImmutableArray<string> Prefixes, ImmutableArray<int> Counts, int Main)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    /// <summary>The layers of the main run, 0 without one.</summary>
    public int Count => Main < 0 ? 0 : Counts[Main];

    /// <summary>What stands before the main run's numbers; empty without one.</summary>
    public string Prefix => Main < 0 ? "" : Prefixes[Main];

    /// <summary>Whether there is a main run; without one only whole models can be merged.</summary>
    public bool HasMain => Main >= 0;

    /// <param name="tensorNames">All of the model's.</param>
    /// <param name="config">Its configuration, whose depth tells the main run from the others.</param>
    public static LayerStack Of(IEnumerable<string> tensorNames, JsonObject config)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var tensors = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in tensorNames)
        {
            if (LayerName.Parse(name) is { } layer)
            {
                counts[layer.Prefix] = Math.Max(counts.GetValueOrDefault(layer.Prefix), layer.Layer + 1);
                tensors[layer.Prefix] = tensors.GetValueOrDefault(layer.Prefix) + 1;
            }
        }

        ImmutableArray<string> prefixes = [.. counts.Keys];
        return new LayerStack(prefixes, [.. counts.Values], FindMain(prefixes, counts, tensors, ModelDepth.Of(config)));
    }

    /// <summary>Layers of the run with that prefix.</summary>
    public int CountOf(string prefix) => Counts[Prefixes.IndexOf(prefix)];

    /// <summary>A name taken apart, when it belongs to the main run.</summary>
    public LayerName? ParseMain(string tensorName) =>
        LayerName.Parse(tensorName) is { } layer && HasMain && layer.Prefix == Prefix ? layer : null;

    private static int FindMain(
        ImmutableArray<string> prefixes, SortedDictionary<string, int> counts, Dictionary<string, int> tensors, ModelDepth? depth)
    {
        if (depth is { IsEncoderDecoder: true } && prefixes.Length > 1)
        {
            return -1;
        }

        if (prefixes.Length <= 1)
        {
            return prefixes.Length - 1;
        }

        var candidates = prefixes.Where(prefix => !IsTower(prefix) && (depth is null || depth.Allows(counts[prefix]))).ToList();
        if (depth is null)
        {
            // Nothing says how deep the model is; only a run that holds most of all numbered tensors is beyond doubt.
            candidates.RemoveAll(prefix => 2 * tensors[prefix] <= tensors.Values.Sum());
        }

        return candidates.Count == 0 ? -1 : prefixes.IndexOf(candidates.MaxBy(prefix => tensors[prefix])!);
    }

    // Towers beside the language model are never what its depth means, even when they are as deep.
    private static bool IsTower(string prefix) =>
        prefix.Contains("vision", Ordinal) || prefix.Contains("visual", Ordinal) || prefix.Contains("audio", Ordinal);
}
