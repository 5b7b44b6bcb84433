using Convergence.Evolution.Spaces;

namespace Convergence.Bench.Search;

/// <summary>
/// The function <c>llmconfig</c>: quality against price of a made-up API, over its model, prompt style, temperature, top_p and token
/// limit. Each model has a temperature of its own that suits it, so samplers must see how parameters interact.
/// </summary>
internal static class LanguageModelSettings
{
    private static readonly Dictionary<string, (double Quality, double Price, double BestTemperature)> Models = new(StringComparer.Ordinal)
    {
        ["nano"] = (0.55, 0.02, 0.3),
        ["mini"] = (0.72, 0.08, 0.2),
        ["std"] = (0.84, 0.35, 0.45),
        ["big"] = (0.90, 1.0, 0.25),
    };

    private static readonly Dictionary<string, double> Styles = new(StringComparer.Ordinal)
    {
        ["minimal"] = 0,
        ["detailed"] = 0.05,
        ["structured"] = 0.07,
    };

    public static TestFunction Function { get; } = new(
        "llmconfig",
        new SearchSpace(
        [
            new CategoricalParameter("model", [.. Models.Keys]),
            new CategoricalParameter("style", [.. Styles.Keys]),
            new FloatParameter("temperature", 0, 2),
            new FloatParameter("top_p", 0.1, 1),
            new IntegerParameter("max_tokens", 64, 8192, log: true),
        ]),
        configuration => Loss(
            (string)configuration["model"]!,
            (string)configuration["style"]!,
            (double)configuration["temperature"]!,
            (double)configuration["top_p"]!,
            (long)configuration["max_tokens"]!),
        Models.Keys.Min(model => Styles.Keys.Min(style =>
            Enumerable.Range(64, 8192 - 64 + 1).Min(tokens => Loss(model, style, Models[model].BestTemperature, 0.9, tokens)))));

    private static double Loss(string model, string style, double temperature, double topP, long maxTokens)
    {
        var (quality, price, bestTemperature) = Models[model];
        quality += Styles[style] - (0.5 * Square(temperature - bestTemperature)) - (0.2 * Square(topP - 0.9))
            - (0.12 * Math.Max(0, Math.Log2(700.0 / maxTokens)) * (style == "minimal" ? 0.6 : 1.4));
        var cost = price * Math.Sqrt(maxTokens / 2048.0);
        return -((0.75 * Math.Clamp(quality, 0, 1)) + (0.25 * (1 - Math.Min(1, cost))));
    }

    private static double Square(double value) => value * value;
}
