using System.Collections.Immutable;
using Convergence.Foundation.Files;
using Convergence.Foundation.Yaml;
using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>The key <c>api.prices</c>: by model <c>{input, output}</c> in US dollars per million tokens, or a file of them.</summary>
internal static class PriceKeys
{
    private const double MaxPrice = 1e6;

    public static ImmutableSortedDictionary<string, TokenPrice> Read(YamlSection api, ConfigReading reading)
    {
        switch (api.Value("prices"))
        {
            case null:
                return ImmutableSortedDictionary<string, TokenPrice>.Empty;
            case YamlMap:
                return Table(api.Section("prices"), reading);
            default:
                return reading.PathOf(api, "prices") is { } path ? FromFile(api, path, reading)
                    : ImmutableSortedDictionary<string, TokenPrice>.Empty;
        }
    }

    private static ImmutableSortedDictionary<string, TokenPrice> FromFile(YamlSection api, string path, ConfigReading reading)
    {
        try
        {
            if (YamlTree.Parse(CappedFile.ReadText(path, YamlTree.MaxByteCount), path) is [YamlMap map])
            {
                return Table(YamlSection.OfRoot(map, reading.Errors, isLenient: true), reading);
            }

            api.Fail("prices", $"{path}: is not a mapping of models to prices.");
        }
        catch (ConvergenceException exception)
        {
            api.Fail("prices", exception.Message);
        }

        return ImmutableSortedDictionary<string, TokenPrice>.Empty;
    }

    private static ImmutableSortedDictionary<string, TokenPrice> Table(YamlSection section, ConfigReading reading)
    {
        var prices = ImmutableSortedDictionary.CreateBuilder<string, TokenPrice>(StringComparer.Ordinal);
        foreach (var model in section.Keys.ToArray())
        {
            var price = section.Section(model);
            prices[model] = new TokenPrice(
                (decimal)price.Number("input", 0, 0, MaxPrice), (decimal)price.Number("output", 0, 0, MaxPrice));
            reading.NoteUnknownKeys(price);
        }

        return prices.ToImmutable();
    }
}
