using System.Text;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Calls.Spending.Prices;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Targets;

/// <summary>Reckons what calls may cost and did cost.</summary>
/// <param name="prices">What models cost.</param>
internal sealed class CallCosts(PriceTable prices)
{
    // A token of any vocabulary has at least one byte; in English about four.
    private const int LikelyBytesPerToken = 4;
    private const int LikelyOutput = 400;
    private const int UnknownMaxOutput = 16_384;

    private static readonly string[] OutputLimits = ["max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens"];

    /// <summary>The price of a request's model; free on this machine, <see langword="null"/> where none is known.</summary>
    public TokenPrice? PriceOf(ApiRequest request) =>
        prices.Find(request.Model)?.Price ?? (request.Endpoint.IsLoopback ? default(TokenPrice) : null);

    /// <summary>The most a request may cost, and about what it will.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mostOutput">The most tokens of an answer; <see langword="null"/> where the request or its model says.</param>
    public CallForecast Forecast(ApiRequest request, long? mostOutput = null)
    {
        var byteCount = Encoding.UTF8.GetByteCount(request.Body.ToJsonString());
        var answers = JsonValues.Number(request.Body["n"]) is > 1 and var n ? (long)n : 1;
        var most = mostOutput
            ?? (answers * (OutputLimit(request.Body) ?? prices.Find(request.Model)?.MaxOutput ?? UnknownMaxOutput));
        var price = PriceOf(request);
        return new CallForecast(
            price?.CostOf(new TokenUsage(byteCount, most)) ?? 0,
            byteCount + most,
            price?.CostOf(new TokenUsage(byteCount / LikelyBytesPerToken, Math.Min(most, LikelyOutput * answers))) ?? 0,
            price is not null);
    }

    /// <summary>
    /// US dollars of an answer: as it says itself (<c>cost_usd</c>, or <c>usage.cost</c>), else its tokens at the model's price, else
    /// nothing for what is free, as without a price on this machine; <see langword="null"/> where that is not known, as of calls that
    /// failed.
    /// </summary>
    public double? CostOf(ApiRequest request, ApiAnswer answer)
    {
        if (answer is { IsSuccess: false, Usage: null })
        {
            return null;
        }

        return ReportedCost.Of(answer.Body)
            ?? (PriceOf(request) is not { } price ? null
                : price == default ? 0
                : answer.Usage is { } usage ? (double)price.CostOf(usage)
                : null);
    }

    private static long? OutputLimit(JsonObject body) =>
        OutputLimits
            .Select(key => JsonValues.Number(body[key]) ?? JsonValues.Number((body["generationConfig"] as JsonObject)?[key]))
            .FirstOrDefault(limit => limit is > 0) is { } limit
                ? (long)Math.Min(limit, int.MaxValue)
                : null;
}
