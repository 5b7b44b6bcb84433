namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>
/// Providers by the names of models as LiteLLM writes them (<c>gemini/gemini-2.0-flash</c>, <c>gpt-4</c>): files of the original name the
/// society's model so. Addresses are those of the providers' documentation.
/// </summary>
internal static class ModelProviders
{
    private static readonly ModelProvider[] Providers =
    [
        new("openai", "", "https://api.openai.com/v1/chat/completions", AdapterKind.OpenAiChat, "OPENAI_API_KEY"),
        new("groq", "", "https://api.groq.com/openai/v1/chat/completions", AdapterKind.Groq, "GROQ_API_KEY"),
        new("anthropic", "", "https://api.anthropic.com/v1/messages", AdapterKind.Anthropic, "ANTHROPIC_API_KEY"),
        new(
            "gemini", "", "https://generativelanguage.googleapis.com/v1beta/models/{model}:generateContent", AdapterKind.Gemini,
            "GEMINI_API_KEY"),
    ];

    // How the providers' own models begin.
    private static readonly (string Start, string Provider)[] Families =
    [
        ("gpt-", "openai"), ("o1", "openai"), ("o3", "openai"), ("o4", "openai"), ("chatgpt", "openai"),
        ("claude-", "anthropic"), ("gemini-", "gemini"),
    ];

    /// <summary>The providers, for messages.</summary>
    public static string Known => string.Join(", ", Providers.Select(provider => provider.Name + "/MODEL"));

    /// <returns><see langword="null"/> where the name does not tell the provider.</returns>
    public static ModelProvider? Find(string? named)
    {
        if (named is null)
        {
            return null;
        }

        var slash = named.IndexOf('/', StringComparison.Ordinal);
        var name = slash > 0
            ? named[..slash]
            : Families.FirstOrDefault(family => named.StartsWith(family.Start, StringComparison.OrdinalIgnoreCase)).Provider;
        var model = named[(slash + 1)..];
        return Array.Find(Providers, provider => provider.Name == name) is { } found
            ? found with { Model = model, Endpoint = found.Endpoint.Replace("{model}", model, StringComparison.Ordinal) }
            : null;
    }
}
