using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>How many layers a configuration says that the language model has.</summary>
/// <param name="Key">The key that says it.</param>
/// <param name="LayerCount">Its value.</param>
/// <param name="ExtraLayerCount">Further layers that are stored behind those, for predicting several tokens at once.</param>
/// <param name="IsEncoderDecoder">Whether the model has two runs of layers.</param>
internal sealed record ModelDepth(string Key, long LayerCount, long ExtraLayerCount, bool IsEncoderDecoder)
{
    /// <summary>The keys that architectures use, the usual one first.</summary>
    public static ImmutableArray<string> Keys { get; } =
        ["num_hidden_layers", "n_layer", "n_layers", "num_layers", "num_transformer_layers", "num_decoder_layers", "decoder_layers"];

    /// <summary>How many layers predict tokens further ahead; they are stored behind the last one.</summary>
    public const string ExtraKey = "num_nextn_predict_layers";

    // More layers than any model has; it keeps sums in range.
    private const int MaxExtraLayerCount = 100_000;

    /// <summary><see langword="null"/> when no key gives a whole number of layers.</summary>
    public static ModelDepth? Of(JsonObject config)
    {
        var isEncoderDecoder = config["is_encoder_decoder"]?.GetValueKind() == JsonValueKind.True;
        foreach (var section in ConfigSections.Of(config).Reverse())
        {
            foreach (var key in Keys)
            {
                if (ConfigSections.WholeNumber(section[key]) is > 0 and var count)
                {
                    var extra = ConfigSections.WholeNumber(section[ExtraKey]) ?? 0;
                    return new ModelDepth(key, count, Math.Clamp(extra, 0, MaxExtraLayerCount), isEncoderDecoder);
                }
            }
        }

        return null;
    }

    /// <summary>Whether a run of so many layers fits: with or without the further ones.</summary>
    public bool Allows(int count) => count == LayerCount || count - ExtraLayerCount == LayerCount;
}
