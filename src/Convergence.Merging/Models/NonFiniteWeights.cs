using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Refuses parents whose weights are not numbers, and says whose fault it is: the model's, its adapter's, or that of both added up.
/// </summary>
internal static class NonFiniteWeights
{
    /// <param name="sources">The tensors that went into the loaded one, with their models; the first names it.</param>
    /// <param name="loaded">What a merge is about to read.</param>
    /// <param name="device">Counts.</param>
    /// <param name="recipe">The recipe that names the models, or <see langword="null"/> where there is none to point at.</param>
    /// <exception cref="MergeException">It has NaN or infinite elements.</exception>
    public static void Refuse(
        IReadOnlyList<(ParentModel Model, string Tensor)> sources, DeviceTensor loaded, ComputeDevice device, MergeRecipe? recipe = null)
    {
        var count = device.Merging.CountNonFinite(loaded);
        if (count > 0)
        {
            var (model, message) = Cause(sources, loaded, count, device);
            throw new MergeException(recipe?.Origin?.Describe(RecipePaths.OfModel(recipe, model.Name)) + message);
        }
    }

    private static (ParentModel Model, string Message) Cause(
        IReadOnlyList<(ParentModel Model, string Tensor)> sources, DeviceTensor loaded, long count, ComputeDevice device)
    {
        foreach (var (model, tensor) in sources)
        {
            if (model.Find(tensor) is { } stored && Count(stored, device) is > 0 and var storedCount)
            {
                return (model, model.Adapter is { } whole && whole.Replacements.ContainsKey(tensor)
                    ? Damaged(whole.Path, $"what it puts in place of {tensor} {stored.Shape}", storedCount, "adapter")
                    : Damaged(model.Name, $"tensor {tensor} {stored.Shape}", storedCount, "model"));
            }
        }

        foreach (var (model, tensor) in sources)
        {
            if (model.Adapter is { } adapter && adapter.Updates.TryGetValue(tensor, out var update))
            {
                var factorCount = Count(update.Down, device) + Count(update.Up, device);
                return (model, factorCount > 0
                    ? Damaged(adapter.Path, $"what it adds to {tensor}", factorCount, "adapter")
                    : $"{adapter.Path}: what it adds to {tensor} {loaded.Shape} is too large for {Elements(count)} of float32, "
                        + "though both the model and the adapter are finite. "
                        + $"Take another checkpoint of the adapter, or correct lora_alpha and r in its {LoraConfig.FileName}: "
                        + "their ratio scales what is added.");
            }
        }

        return (sources[0].Model, Damaged(sources[0].Model.Name, $"tensor {sources[0].Tensor} {loaded.Shape}", count, "model"));
    }

    private static string Damaged(string owner, string what, long count, string kind) =>
        $"{owner}: {what} has {Elements(count)} that {(count == 1 ? "is" : "are")} NaN or infinite. "
        + $"Such {(kind[0] == 'a' ? "an" : "a")} {kind} is damaged and every merge with it would be; use another checkpoint of it.";

    private static string Elements(long count) => FormattableString.Invariant($"{count} {(count == 1 ? "element" : "elements")}");

    private static long Count(DeviceTensor tensor, ComputeDevice device) =>
        tensor.DType.IsComputable() ? device.Merging.CountNonFinite(tensor is HostTensor host ? device.Import(host) : tensor) : 0;
}
