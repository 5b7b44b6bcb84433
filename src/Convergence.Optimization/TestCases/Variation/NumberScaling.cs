using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Convergence.Evolution.Randomness;

namespace Convergence.Optimization.TestCases.Variation;

/// <summary>Other numbers of about the same size: whole ones stay whole and above 0.</summary>
internal static partial class NumberScaling
{
    // The original's factors.
    private static readonly double[] Factors = [.5, .75, 1.25, 1.5, 2];

    /// <summary>Scales each number of a text that stands alone and is no year.</summary>
    public static string Vary(string text, SearchRandom random) => Number().Replace(text, match =>
        long.TryParse(match.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is not (>= 1900 and <= 2100)
            ? Scaled(value, random).ToString(CultureInfo.InvariantCulture)
            : match.Value);

    /// <summary>Scales numbers at the top of an input, each with a probability.</summary>
    public static void VaryFields(JsonObject input, double rate, SearchRandom random)
    {
        var numbers = input.Where(entry => entry.Value?.GetValueKind() == JsonValueKind.Number).Select(entry => entry.Key).ToArray();
        foreach (var key in numbers.Where(_ => random.NextBoolean(rate)))
        {
            var written = input[key]!.ToJsonString();
            input[key] = long.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
                ? JsonValue.Create(Scaled(whole, random))
                : JsonValue.Create(input[key]!.GetValue<double>() * Factors[random.Next(Factors.Length)]);
        }
    }

    private static long Scaled(long value, SearchRandom random) =>
        value == 0 ? 0 : Math.Max(1, (long)Math.Round(value * Factors[random.Next(Factors.Length)]));

    [GeneratedRegex(@"(?<![\w.,:/$%-])\d{1,9}(?![\w.,:/%-]*\w)")]
    private static partial Regex Number();
}
