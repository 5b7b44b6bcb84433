using System.Text.Json.Nodes;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Tests.Storage;

/// <summary>Sessions and outcomes as runs hand them to stores.</summary>
internal static class Outcomes
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    public static LegacySession Session(string name = "groq", string fingerprint = "3fab3b2c4e63") =>
        new($"{name}_{fingerprint}", name, name, "https://example.test/v1", fingerprint);

    /// <param name="id">Its number; its time is as many seconds after <see cref="Start"/>.</param>
    /// <param name="parameters">JSON.</param>
    /// <param name="scores">The scores of cases a, b, c ...; <see langword="null"/> for a failed call.</param>
    public static ConfigurationOutcome Of(int id, string parameters, params double?[] scores) => new()
    {
        Id = id,
        Parameters = JsonNode.Parse(parameters)!.AsObject(),
        Generation = 1,
        Origin = "evolution",
        Timestamp = Start.AddSeconds(id),
        Score = scores.OfType<double>().Any() ? scores.OfType<double>().Average() : null,
        Cases = [.. scores.Select((score, index) => Case(((char)('a' + index)).ToString(), score))],
    };

    public static CaseOutcome Case(string id, double? score) => new()
    {
        TestCaseId = id,
        Repetition = 0,
        Input = [],
        Response = new JsonObject { ["text"] = "Grüße, \"Welt\"" },
        ResponseText = "Grüße, \"Welt\"\0",
        Score = score,
        LatencyMilliseconds = 120,
        CostUsd = 0.25,
        Error = score is null ? "HTTP 500" : null,
    };
}
