using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators.Ported;

/// <summary>What the BrowserBase example assumes of browser settings where no browser was asked.</summary>
internal static class BrowserHeuristics
{
    private const double DefaultTimeout = 10_000;

    /// <summary>How likely the settings are to work.</summary>
    public static double Success(JsonObject parameters)
    {
        var timeout = Timeout(parameters);
        var score = .3
            + (Browser(parameters) switch { "chromium" => .25, "firefox" => .20, "webkit" => .15, _ => 0 })
            + (timeout is >= 5000 and <= 10_000 ? .15 : timeout is >= 3000 and <= 30_000 ? .10 : .05)
            + (IsHeadless(parameters) ? .10 : .05)
            + (Viewport(parameters) switch { (1920, 1080) => .15, (1280, 720) => .12, (2560, 1440) => .10, _ => .05 })
            + (WaitsFor(parameters) switch { Wait.Network => .10, Wait.Load => .08, _ => .06 });
        return Math.Min(1, score);
    }

    /// <summary>How the time that they take scores.</summary>
    public static double Time(JsonObject parameters)
    {
        var (width, height) = Viewport(parameters);
        var milliseconds = 2500
            + (Browser(parameters) switch { "chromium" => 800, "firefox" => 1200, _ => 1500 })
            + (IsHeadless(parameters) ? 0 : 1500)
            + ((width * height) switch { > 2_000_000 => 800, > 1_000_000 => 500, _ => 200 })
            + (Timeout(parameters) * (WaitsFor(parameters) switch { Wait.Network => .3, Wait.Load => .15, _ => .08 }));
        return milliseconds switch { <= 4000 => 1, <= 6000 => .85, <= 8000 => .7, <= 10_000 => .55, <= 15_000 => .35, _ => .15 };
    }

    private static string? Browser(JsonObject parameters) =>
        (JsonValues.Text(parameters["browser_type"]) ?? JsonValues.Text(parameters["browser"]))?.ToLowerInvariant();

    private static double Timeout(JsonObject parameters) => AnswerNumbers.Find(parameters, "timeout", "timeout_ms") ?? DefaultTimeout;

    private static bool IsHeadless(JsonObject parameters) => parameters["headless"]?.GetValueKind() != JsonValueKind.False;

    private static (double Width, double Height) Viewport(JsonObject parameters)
    {
        if (parameters["viewport"] is JsonObject map)
        {
            return (AnswerNumbers.Find(map, "width") ?? 0, AnswerNumbers.Find(map, "height") ?? 0);
        }

        return JsonValues.Text(parameters["viewport"])?.Split('x') is [var width, var height]
            && int.TryParse(width, CultureInfo.InvariantCulture, out var x) && int.TryParse(height, CultureInfo.InvariantCulture, out var y)
                ? (x, y)
                : (AnswerNumbers.Find(parameters, "viewport_width") ?? 0, AnswerNumbers.Find(parameters, "viewport_height") ?? 0);
    }

    private static Wait WaitsFor(JsonObject parameters)
    {
        var key = parameters.Select(entry => entry.Key).FirstOrDefault(key => key.StartsWith("wait", StringComparison.Ordinal));
        var text = key is null ? null : JsonValues.Text(parameters[key])?.Replace("_", string.Empty, StringComparison.Ordinal);
        return text?.ToLowerInvariant() switch { "networkidle" => Wait.Network, "load" => Wait.Load, _ => Wait.Document };
    }

    private enum Wait
    {
        Document,
        Load,
        Network,
    }
}
