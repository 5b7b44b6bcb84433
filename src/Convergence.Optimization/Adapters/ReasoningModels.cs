using System.Text.RegularExpressions;

namespace Convergence.Optimization.Adapters;

/// <summary>
/// Models of OpenAI that reason before they answer:
/// they refuse sampling parameters and count hidden tokens against <c>max_completion_tokens</c>.
/// </summary>
internal static partial class ReasoningModels
{
    /// <summary>Parameters that such models refuse with HTTP 400.</summary>
    public static readonly string[] RefusedParameters =
        ["temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias"];

    /// <param name="model">A model or deployment, such as <c>o4-mini</c> or <c>openai/gpt-5-nano</c>.</param>
    public static bool Contains(string? model) => model is not null && Name().IsMatch(model);

    [GeneratedRegex(@"(^|[/_])(o\d+(-|$)|gpt-5(?!.*chat))", RegexOptions.IgnoreCase)]
    private static partial Regex Name();
}
