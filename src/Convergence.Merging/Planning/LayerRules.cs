using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>
/// Numbers in a configuration that divide the layers by their place: the first k are dense, every fourth attends to everything. Slices move
/// layers to other places. Where the numbers can say the same of the new order they are changed, and where they cannot a note names them.
/// </summary>
internal static class LayerRules
{
    private const string WindowSwitch = "use_sliding_window";

    // Layers on one side of a border.
    private static readonly LayerBorder[] Borders =
    [
        new("first_k_dense_replace", CountsFromEnd: false, IsLastIncluded: false),
        new("num_dense_layers", CountsFromEnd: false, IsLastIncluded: false),
        new("max_window_layers", CountsFromEnd: false, IsLastIncluded: false),
        new("moe_layer_start_index", CountsFromEnd: false, IsLastIncluded: false),
        new("moe_layer_end_index", CountsFromEnd: false, IsLastIncluded: true),
        new("num_kv_shared_layers", CountsFromEnd: true, IsLastIncluded: false),
    ];

    // A list of every layer's attention says more than these do, and follows the layers.
    private const string KindList = "layer_types";
    private static readonly string[] ListedPeriods = ["full_attention_interval", "sliding_window_pattern", "global_attn_every_n_layers"];

    // Every n-th layer differs.
    private static readonly string[] Periods =
    [
        "decoder_sparse_step", "full_attention_interval", "sliding_window_pattern", "attn_layer_period", "expert_layer_period",
        "interleave_moe_layer_step", "global_attn_every_n_layers", "no_rope_layer_interval", "moe_layer_freq", "cross_attn_every_n_layers",
    ];

    /// <summary>Changes the numbers of a part of the output's configuration that still has the donor's.</summary>
    /// <param name="section">The part.</param>
    /// <param name="parents">Opens the models.</param>
    /// <param name="donor">Whose configuration it was.</param>
    /// <param name="slices">The layers' new order.</param>
    /// <returns>What could not be said in the configuration.</returns>
    public static IEnumerable<string> Apply(JsonObject section, ParentModels parents, ParentModel donor, ImmutableArray<RecipeSlice> slices)
    {
        var layers = slices.Select(slice => slice.Sources[0])
            .SelectMany(source =>
                Enumerable.Range(source.FirstLayer, source.LayerCount).Select(layer => (Model: parents.Get(source.Model), Layer: layer)))
            .ToList();
        foreach (var border in Borders)
        {
            if (ConfigSections.WholeNumber(section[border.Key]) is >= 0 and var value)
            {
                var flags = layers.ConvertAll(
                    layer => border.IsBefore(Setting(layer.Model, border.Key) ?? value, layer.Layer, layer.Model.Layers.Count));
                if (border.Find(flags) is { } moved)
                {
                    section[border.Key] = moved;
                }
                else if (!IsSwitchedOff(section, border.Key))
                {
                    yield return Note(donor, border.Key, value);
                }
            }
        }

        foreach (var key in section[KindList] is JsonArray ? Periods.Except(ListedPeriods) : Periods)
        {
            if (ConfigSections.WholeNumber(section[key]) is > 1 and var period
                && layers.Select((layer, place) => (layer, place)).Any(pair =>
                    (pair.layer.Layer - pair.place) % period != 0 || (Setting(pair.layer.Model, key) ?? period) != period))
            {
                yield return Note(donor, key, period);
            }
        }
    }

    private static long? Setting(ParentModel model, string key) =>
        ConfigSections.With(model.Config, key)
            .Select(section => ConfigSections.WholeNumber(section[key]))
            .FirstOrDefault(value => value is not null);

    private static bool IsSwitchedOff(JsonObject section, string key) =>
        key == "max_window_layers" && section[WindowSwitch]?.GetValueKind() is JsonValueKind.False;

    private static string Note(ParentModel donor, string key, long value) => string.Create(
        CultureInfo.InvariantCulture,
        $"{donor.Name}: config.json says {key} {value}, which counts layers; the slices put them into an order that it cannot describe. ")
        + "It was left as it is, so that some layers would be built as another kind than their weights are: "
        + "choose slices that keep the order of kinds.";
}
