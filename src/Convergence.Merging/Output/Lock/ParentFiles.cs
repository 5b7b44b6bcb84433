using System.Collections.Immutable;
using Convergence.Tensors.Models;

namespace Convergence.Merging;

/// <summary>The files that decide what a parent is.</summary>
internal static class ParentFiles
{
    /// <summary>Full paths of the model's configuration and weights; empty for a model in memory.</summary>
    public static ImmutableArray<string> Of(ParentModel model) => model.Directory is { } directory
        ? [Path.Combine(directory.Path, ModelDirectory.ConfigFileName), .. directory.Weights.Files]
        : [];

    /// <summary>Full paths of the adapter's configuration and weights; empty without one.</summary>
    public static ImmutableArray<string> OfAdapter(ParentModel model) => model.Adapter is { } adapter
        ? [Path.Combine(adapter.Path, LoraConfig.FileName), Path.Combine(adapter.Path, LoraAdapter.WeightsFileName)]
        : [];

    /// <summary>Digests of models' files. Those that are not remembered are hashed on all processors.</summary>
    public static ImmutableArray<LockedParent> Digest(IReadOnlyList<ParentModel> models, DigestCache cache, CancellationToken cancellation)
    {
        var paths = models.SelectMany(model => Of(model).Concat(OfAdapter(model))).Distinct(StringComparer.Ordinal).ToList();
        var digests = new Dictionary<string, FileDigest>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (cache.Find(path) is { } known)
            {
                digests.Add(path, known);
            }
        }

        // Even an empty parallel query takes as long as a small merge.
        if (digests.Count < paths.Count)
        {
            var missing = paths.Where(path => !digests.ContainsKey(path)).ToArray();
            var found = missing.AsParallel().AsOrdered().WithCancellation(cancellation).Select(path => cache.Get(path, cancellation))
                .ToArray();
            for (var index = 0; index < missing.Length; index++)
            {
                digests.Add(missing[index], found[index]);
            }

            cache.Save();
        }

        return [.. models.Select(model => new LockedParent(
            model.Name, [.. Of(model).Select(path => digests[path])], [.. OfAdapter(model).Select(path => digests[path])]))];
    }
}
