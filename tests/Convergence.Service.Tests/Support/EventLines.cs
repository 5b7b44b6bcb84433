using System.Text.Json;

namespace Convergence.Service.Tests.Support;

/// <summary>Reads server-sent events.</summary>
internal static class EventLines
{
    /// <summary>The chunks of a whole stream, which must end as OpenAI's do.</summary>
    public static List<JsonElement> Parse(string stream)
    {
        var events = stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.That(events, Has.All.StartsWith("data: "));
        Assert.That(events[^1], Is.EqualTo("data: [DONE]"));
        return [.. events[..^1].Select(line => JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..]))];
    }
}
