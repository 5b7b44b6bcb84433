using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Scoring.Judging;

/// <summary>Reads grades out of what a judge says, which is not always only the JSON that it was asked for.</summary>
internal static partial class JudgeVerdict
{
    private const double Best = 10;

    /// <summary>Grades by the keys asked for, from 0 to 1; <see langword="null"/> where one is missing or none from 0 to 10.</summary>
    public static double[]? Read(string text, params ReadOnlySpan<string> keys)
    {
        var map = LooseJson.LastWith(keys[0], text);
        var grades = new double[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            if ((Number(map?[keys[i]]) ?? Search(text, keys[i])) is not { } grade || grade is < 0 or > Best)
            {
                return null;
            }

            grades[i] = grade / Best;
        }

        return grades;
    }

    // 8, "8", "8/10", "80%".
    private static double? Number(JsonNode? node)
    {
        if (JsonValues.Number(node) is { } number)
        {
            return number;
        }

        return JsonValues.Text(node) is { } text && Grade().Match(text) is { Success: true } match ? ValueOf(match) : null;
    }

    private static double? Search(string text, string key)
    {
        var pattern = $"\\b{Regex.Escape(key)}\\b[\"'*_\\s]*[:=]?[\"'*_\\s]*(-?\\d+(?:\\.\\d+)?)";
        var match = Regex.Match(text, pattern, RegexOptions.IgnoreCase | RegexOptions.RightToLeft);
        return match.Success ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
    }

    private static double ValueOf(Match match)
    {
        var value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return match.Groups[2] switch
        {
            { Value: "%" } => value * Best / 100,
            { Success: true, Length: > 1 } of => value * Best / Math.Max(1, double.Parse(of.Value[1..], CultureInfo.InvariantCulture)),
            _ => value,
        };
    }

    [GeneratedRegex(@"^\s*(-?\d+(?:\.\d+)?)\s*(%|/\s*\d+)?")]
    private static partial Regex Grade();
}
