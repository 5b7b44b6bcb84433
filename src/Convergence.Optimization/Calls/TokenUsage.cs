using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Calls;

/// <summary>Tokens that a call used, as the provider counts them.</summary>
/// <param name="Input">Tokens sent.</param>
/// <param name="Output">Tokens answered, those of hidden reasoning among them.</param>
public readonly record struct TokenUsage(long Input, long Output)
{
    // No answer has more: a server that says so is not believed. Sums and prices of such counts stay far from any overflow.
    private const long Most = 1_000_000_000_000;

    private static readonly (string Section, string Input, string Output)[] Forms =
    [
        ("usage", "prompt_tokens", "completion_tokens"), // OpenAI chat, Azure, Groq
        ("usage", "input_tokens", "output_tokens"), // OpenAI Responses, Anthropic
        ("usageMetadata", "promptTokenCount", "candidatesTokenCount"), // Gemini
        ("metrics", "input_tokens", "output_tokens"), // AgentOS
    ];

    public long Total => Input + Output;

    /// <summary>The usage in an answer of any provider; <see langword="null"/> where it has none.</summary>
    public static TokenUsage? Of(JsonNode? body)
    {
        foreach (var (section, input, output) in Forms)
        {
            if ((body as JsonObject)?[section] is JsonObject usage && Count(usage[input]) is { } sent)
            {
                return new TokenUsage(sent, (Count(usage[output]) ?? 0) + (Count(usage["thoughtsTokenCount"]) ?? 0));
            }
        }

        return null;
    }

    private static long? Count(JsonNode? count) => JsonValues.Count(count) is { } tokens and <= Most ? tokens : null;
}
