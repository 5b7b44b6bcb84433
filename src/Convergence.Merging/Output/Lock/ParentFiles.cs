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

    /// <summary>Digests of models' files, hashed on all processors.</summary>
    public static ImmutableArray<LockedParent> Digest(IReadOnlyList<ParentModel> models, DigestCache cache, CancellationToken cancellation)
    {
        var paths = models.SelectMany(model => Of(model).Concat(OfAdapter(model))).Distinct(StringComparer.Ordinal).ToList();
        var digests = paths.AsParallel().WithCancellation(cancellation)
            .Select(path => (Path: path, Digest: cache.Get(path, cancellation)))
            .ToDictionary(pair => pair.Path, pair => pair.Digest, StringComparer.Ordinal);
        cache.Save();
        return [.. models.Select(model => new LockedParent(
            model.Name, [.. Of(model).Select(path => digests[path])], [.. OfAdapter(model).Select(path => digests[path])]))];
    }
}
