using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>
/// The parts of a <c>config.json</c> that describe the language model: the whole, and where a model of several parts nests it
/// (<c>text_config</c>, <c>llm_config</c>, <c>thinker_config.text_config</c>), those objects. Vision and audio parts are not among them.
/// </summary>
internal static class ConfigSections
{
    private const int MaxDepth = 3;

    private static readonly string[] OtherParts = ["vision", "visual", "audio", "image", "video", "speech", "quantization"];

    /// <summary>The parts, outermost first.</summary>
    public static IEnumerable<JsonObject> Of(JsonObject config) => Of(config, depth: 0);

    /// <summary>The parts that have a value other than null under the key.</summary>
    public static IEnumerable<JsonObject> With(JsonObject config, string key) => Of(config).Where(section => section[key] is not null);

    /// <summary>The value as a whole number, or <see langword="null"/> when it is none.</summary>
    public static long? WholeNumber(JsonNode? value) =>
        value is JsonValue && value.GetValueKind() == JsonValueKind.Number
        && long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? whole
            : null;

    private static IEnumerable<JsonObject> Of(JsonObject section, int depth)
    {
        yield return section;
        foreach (var (key, value) in section)
        {
            if (depth < MaxDepth && value is JsonObject nested && key.EndsWith("_config", StringComparison.Ordinal)
                && !OtherParts.Any(part => key.Contains(part, StringComparison.Ordinal)))
            {
                foreach (var inner in Of(nested, depth + 1))
                {
                    yield return inner;
                }
            }
        }
    }
}
