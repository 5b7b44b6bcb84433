using System.Collections.Frozen;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Convergence.Optimization.Calls.Spending.Prices;

/// <summary>
/// Finds models' prices: the configuration's first, then those that ship with the product, which are defaults of the day that
/// <see cref="ShippedAsOf"/> names and that users must check. A model is found by its name, without a provider in front
/// (<c>openai/gpt-4o</c>) and without a date or <c>-latest</c> behind (<c>gpt-4o-2024-08-06</c>).
/// </summary>
/// <param name="own">The configuration's prices by model; <c>*</c> stands for all models that are in neither.</param>
public sealed partial class PriceTable(IReadOnlyDictionary<string, TokenPrice> own)
{
    private const string Others = "*";
    private const string Resource = "Convergence.Optimization.Calls.Spending.Prices.prices.json";

    private static readonly Lazy<(string AsOf, FrozenDictionary<string, PricedModel> Models)> Shipped = new(ReadShipped);

    /// <summary>Only the prices that ship with the product.</summary>
    public static PriceTable Default { get; } = new(new Dictionary<string, TokenPrice>());

    /// <summary>Of which month the shipped prices are.</summary>
    public static string ShippedAsOf => Shipped.Value.AsOf;

    /// <summary>The models that the shipped prices name.</summary>
    public static IEnumerable<string> ShippedModels => Shipped.Value.Models.Keys.Order(StringComparer.Ordinal);

    /// <summary>What is known of a model; <see langword="null"/> where nothing is.</summary>
    public PricedModel? Find(string? model)
    {
        foreach (var name in NamesOf(model))
        {
            if (own.TryGetValue(name, out var price))
            {
                return new PricedModel(price, MaxOutputOf(name));
            }

            if (Shipped.Value.Models.TryGetValue(name, out var shipped))
            {
                return shipped;
            }
        }

        return own.TryGetValue(Others, out var others) ? new PricedModel(others, null) : null;
    }

    private static int? MaxOutputOf(string name) =>
        Shipped.Value.Models.TryGetValue(name, out var shipped) ? shipped.MaxOutput : null;

    // From the most particular name to the least.
    private static IEnumerable<string> NamesOf(string? model)
    {
        if (model is null)
        {
            yield break;
        }

        yield return model;
        var bare = model[(model.LastIndexOf('/') + 1)..];
        yield return bare;
        yield return Version().Replace(bare, string.Empty);
    }

    private static (string AsOf, FrozenDictionary<string, PricedModel> Models) ReadShipped()
    {
        using var stream = typeof(PriceTable).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is missing from the assembly.");
        var file = JsonNode.Parse(stream)!;
        return (
            (string)file["as_of"]!,
            file["models"]!.AsObject().ToFrozenDictionary(
                entry => entry.Key,
                entry => new PricedModel(
                    new TokenPrice((decimal)entry.Value!["input"]!, (decimal)entry.Value["output"]!),
                    (int?)entry.Value["max_output"]),
                StringComparer.Ordinal));
    }

    [GeneratedRegex(@"-(\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|\d{3}|latest|preview(-[\d-]+)?)$")]
    private static partial Regex Version();
}
