namespace Convergence.Optimization.Configuration;

/// <summary>The wire formats and kinds of targets.</summary>
public enum AdapterKind
{
    /// <summary>Told from <c>api.name</c> and the address.</summary>
    Auto,
    OpenAiChat,
    OpenAiResponses,
    AzureOpenAi,
    Groq,
    Gemini,
    Anthropic,
    BrowserBase,
    Agno,
    Json,

    /// <summary>A function of the program that embeds the optimizer.</summary>
    Local,

    /// <summary>A program that answers JSON lines.</summary>
    Process,
}
