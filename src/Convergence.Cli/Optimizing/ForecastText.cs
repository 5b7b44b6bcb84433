using System.Text.Json.Nodes;
using Convergence.Optimization.Results;
using Convergence.Optimization.Runs;
using Convergence.Reporting;

namespace Convergence.Cli.Optimizing;

/// <summary>What a run will take, as text and as JSON.</summary>
internal static class ForecastText
{
    public static string Calls(RunForecast forecast) => Range(forecast.Calls.Least, forecast.Calls.Most);

    public static string Dollars(RunForecast forecast) => forecast.Dollars switch
    {
        null => "unknown dollars (a model has no price)",
        (0, 0) => "$0",
        var (least, most) when least == most => ResultText.Dollars(most),
        var (least, most) => $"{ResultText.Dollars(least)} to {ResultText.Dollars(most)}",
    };

    public static void Print(TextWriter output, RunForecast forecast)
    {
        output.WriteLine($"configurations  at most {ReadableText.Count(forecast.Configurations)}");
        output.WriteLine(
            $"test cases      {ReadableText.Count(forecast.SearchCases)} for the search, "
            + $"{ReadableText.Count(forecast.HeldOutCases)} held out");
        output.WriteLine($"calls           {Calls(forecast)}");
        output.WriteLine($"tokens          {Range(forecast.Tokens.Least, forecast.Tokens.Most)}");
        output.WriteLine($"cost            {Dollars(forecast)}");
        var (least, most) = (
            ReadableText.Duration(forecast.Duration.Least.TotalSeconds), ReadableText.Duration(forecast.Duration.Most.TotalSeconds));
        output.WriteLine(
            $"time            {(least == most ? most : $"{least} to {most}")}, guessed from a latency that nobody has measured yet");
    }

    public static JsonObject ToJson(RunForecast forecast) => new()
    {
        ["configurations"] = forecast.Configurations,
        ["search_cases"] = forecast.SearchCases,
        ["held_out_cases"] = forecast.HeldOutCases,
        ["calls"] = new JsonArray(forecast.Calls.Least, forecast.Calls.Most),
        ["tokens"] = new JsonArray(forecast.Tokens.Least, forecast.Tokens.Most),
        ["usd"] = forecast.Dollars is { } dollars ? new JsonArray(dollars.Least, dollars.Most) : null,
        ["seconds"] = new JsonArray(forecast.Duration.Least.TotalSeconds, forecast.Duration.Most.TotalSeconds),
    };

    private static string Range(long least, long most) =>
        least == most ? ReadableText.Count(most) : $"{ReadableText.Count(least)} to {ReadableText.Count(most)}";
}
