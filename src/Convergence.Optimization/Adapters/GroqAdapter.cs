namespace Convergence.Optimization.Adapters;

/// <summary>Groq's chat completions: OpenAI's, below <c>/openai/v1</c>. An address that ends before that is completed.</summary>
public sealed class GroqAdapter : OpenAiChatAdapter
{
    private const string Base = "/openai/v1";
    private const string Call = "/chat/completions";

    protected override Uri Address(ApiTarget target, string? model)
    {
        var address = base.Address(target, model);
        var path = address.AbsolutePath.TrimEnd('/');
        return path.EndsWith(Call, StringComparison.Ordinal)
            ? address
            : new UriBuilder(address) { Path = path.EndsWith(Base, StringComparison.Ordinal) ? path + Call : path + Base + Call }.Uri;
    }
}
