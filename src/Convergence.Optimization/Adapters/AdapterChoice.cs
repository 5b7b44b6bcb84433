using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Adapters;

/// <summary>Tells the wire format from what a configuration says: its own word, the API's name, or the address.</summary>
public static class AdapterChoice
{
    /// <summary>The format of one address.</summary>
    /// <param name="api">The configuration; its <see cref="ApiConfig.Adapter"/> counts before everything else.</param>
    /// <param name="endpoint">The address; <see langword="null"/> where the target is none.</param>
    public static AdapterKind Of(ApiConfig api, string? endpoint) => api.Adapter switch
    {
        // Groq speaks OpenAI's Responses, too, below an address of its own.
        AdapterKind.Groq when Path(endpoint).EndsWith("/responses", StringComparison.Ordinal) => AdapterKind.OpenAiResponses,
        AdapterKind.Auto => OfName(api) ?? OfAddress(endpoint),
        var kind => kind,
    };

    /// <summary>The format that an address speaks.</summary>
    public static AdapterKind OfAddress(string? endpoint)
    {
        var host = Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) ? uri.Host : string.Empty;
        var path = Path(endpoint);
        return path switch
        {
            _ when path.Contains("/openai/deployments/", StringComparison.Ordinal) => AdapterKind.AzureOpenAi,
            _ when path.EndsWith("/responses", StringComparison.Ordinal) => AdapterKind.OpenAiResponses,
            _ when host.EndsWith("groq.com", StringComparison.Ordinal) => AdapterKind.Groq,
            _ when path.EndsWith("/chat/completions", StringComparison.Ordinal) => AdapterKind.OpenAiChat,
            _ when path.EndsWith(":generatecontent", StringComparison.Ordinal) => AdapterKind.Gemini,
            _ when host.EndsWith("anthropic.com", StringComparison.Ordinal) => AdapterKind.Anthropic,
            _ when path.EndsWith("/v1/messages", StringComparison.Ordinal) => AdapterKind.Anthropic,
            _ when host.Contains("browserbase", StringComparison.Ordinal) => AdapterKind.BrowserBase,
            _ when path.EndsWith("/runs", StringComparison.Ordinal) && path.Contains("/agents/", StringComparison.Ordinal) =>
                AdapterKind.Agno,
            _ => AdapterKind.Json,
        };
    }

    /// <summary>The adapter of a format that needs nothing but its name.</summary>
    public static IApiAdapter Create(AdapterKind kind) => kind switch
    {
        AdapterKind.OpenAiChat => new OpenAiChatAdapter(),
        AdapterKind.OpenAiResponses => new OpenAiResponsesAdapter(),
        AdapterKind.AzureOpenAi => new AzureOpenAiAdapter(),
        AdapterKind.Groq => new GroqAdapter(),
        AdapterKind.Gemini => new GeminiAdapter(),
        AdapterKind.Anthropic => new AnthropicAdapter(),
        AdapterKind.Agno => new AgnoAdapter(),
        AdapterKind.Json => new JsonAdapter(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This format needs more than its name."),
    };

    // As the original chooses, whose files name nothing else. Azure's newer addresses speak OpenAI's formats as they are.
    private static AdapterKind? OfName(ApiConfig api) => api.Name.ToLowerInvariant() switch
    {
        _ when !api.Command.IsDefaultOrEmpty => AdapterKind.Process,
        var name when name.StartsWith("local_", StringComparison.Ordinal) => AdapterKind.Local,
        var name when name.Contains("agno", StringComparison.Ordinal) => AdapterKind.Agno,
        var name when name.Contains("azure", StringComparison.Ordinal) && !IsAzureV1(api) => AdapterKind.AzureOpenAi,
        var name when name.Contains("browserbase", StringComparison.Ordinal) => AdapterKind.BrowserBase,
        _ => null,
    };

    private static bool IsAzureV1(ApiConfig api) =>
        api.Models.Select(model => model.Endpoint).Append(api.Endpoint).OfType<string>()
            .Any(endpoint => Path(endpoint).Contains("/openai/v1/", StringComparison.Ordinal));

    private static string Path(string? endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
            ? Uri.UnescapeDataString(uri.AbsolutePath).TrimEnd('/').ToLowerInvariant()
            : string.Empty;
}
