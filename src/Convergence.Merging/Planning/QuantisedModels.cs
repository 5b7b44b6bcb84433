using System.Text.Json.Nodes;
using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>
/// Recognises quantised checkpoints (GPTQ, AWQ, bitsandbytes, FP8, compressed-tensors), whose stored numbers are codes: an average of
/// codes is not the code of an average.
/// </summary>
internal static class QuantisedModels
{
    private const string Cure =
        "Merge the unquantised checkpoints and quantise the result.";

    private static readonly string[] ConfigKeys = ["quantization_config", "compression_config"];

    // What the packages store in place of weights or beside them.
    private static readonly string[] PackedSuffixes =
        [".qweight", ".qzeros", ".weight_packed", ".weight.absmax", ".weight.quant_map", ".SCB", ".weight_scale_inv"];

    /// <exception cref="MergeException">The model is quantised.</exception>
    public static void Refuse(ParentModel model)
    {
        var packed = model.Weights.Names.FirstOrDefault(name => IsPacked(model, name));
        foreach (var key in ConfigKeys)
        {
            if (model.Setting(key) is JsonObject settings)
            {
                var method = (settings["quant_method"] as JsonValue)?.ToString();
                var kind = method is null ? "quantised" : $"quantised by {method}";
                throw new MergeException(packed is null
                    ? $"{model.Name}: config.json says that it is {kind} ({key}), but its tensors are plain floats. "
                      + $"If they are the weights, remove {key} from config.json; otherwise use the unquantised checkpoint."
                    : $"{model.Name} is {kind}: config.json has {key} and tensor {packed} holds codes, which cannot be merged. {Cure}");
            }
        }

        if (packed is not null)
        {
            throw new MergeException(
                $"{model.Name} is quantised: tensor {packed} ({model.Find(packed)!.DType.SafetensorsName()}) holds codes, "
                + $"which cannot be merged. {Cure}");
        }
    }

    private static bool IsPacked(ParentModel model, string name) =>
        PackedSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal))
        || (model.Find(name) is { } tensor && (tensor.DType is DType.F8E4M3 or DType.F8E5M2
            || (!tensor.DType.IsComputable() && tensor.DType != DType.Bool && name.EndsWith(".weight", StringComparison.Ordinal))));
}
