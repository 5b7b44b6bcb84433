using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Text;
using Convergence.Reporting;

namespace Convergence.Optimization.Results;

/// <summary>How results are said in reports and at terminals.</summary>
public static class ResultText
{
    public static string Score(double? value) => ReadableText.Fixed(value ?? double.NaN, "0.0000");

    /// <summary>A value with its interval: <c>0.8123 [0.7710, 0.8536]</c>.</summary>
    public static string Estimate(CorrectedScore estimate) => estimate.HasInterval
        ? $"{Score(estimate.Value)} [{Score(estimate.Lower)}, {Score(estimate.Upper)}]"
        : $"{Score(estimate.Value)} (one case tells no interval)";

    /// <summary>With its sign.</summary>
    public static string Difference(double value) => ReadableText.Fixed(value, "+0.0000;−0.0000;0.0000");

    /// <summary>US dollars with as many decimals as small prices need.</summary>
    public static string Dollars(decimal value) => "$" + value.ToString(
        value switch { 0 => "0", < 0.01m => "0.000000", < 1 => "0.0000", _ => "0.00" }, CultureInfo.InvariantCulture);

    public static string Milliseconds(double value) => ReadableText.Fixed(value, value < 99.95 ? "0.0" : "0") + " ms";

    /// <summary>The advice in a word or two.</summary>
    public static string Word(Advice advice) => advice switch
    {
        Advice.Ship => "ship it",
        Advice.DontShip => "don't ship it",
        Advice.NeedMoreCases => "more cases are needed",
        Advice.NotFinished => "not finished",
        _ => throw new ArgumentOutOfRangeException(nameof(advice), advice, "Unknown advice."),
    };

    /// <summary>The original's bands.</summary>
    public static string Rating(double? score) => score switch
    {
        >= .9 => "Excellent",
        >= .8 => "Good",
        >= .7 => "Fair",
        _ => "Poor",
    };

    /// <summary>A configuration in one line: <c>temperature 0.3, model "fast"</c>.</summary>
    public static string Parameters(ConfigurationOutcome outcome) => outcome.Parameters.Count == 0
        ? "no parameters"
        : string.Join(", ", outcome.Parameters.Select(entry => $"{entry.Key} {Value(entry.Value)}"));

    /// <summary>A parameter's value as JSON, its letters as they are.</summary>
    public static string Value(JsonNode? value) => JsonValues.Plain(value);

    public static string Spent(SpendSummary spent)
    {
        var replayed = spent.ReplayedCalls > 0
            ? string.Create(CultureInfo.InvariantCulture, $" ({spent.ReplayedCalls} answers were kept from before)")
            : "";
        return $"{ReadableText.Count(spent.Calls)} calls, {ReadableText.Count(spent.Tokens)} tokens, {Dollars(spent.Dollars)}{replayed}";
    }
}
