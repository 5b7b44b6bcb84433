namespace Convergence.Optimization.Configuration.Parsing.Checks;

/// <summary>What is known of the evaluators that ship with the product, those of the original's examples among them.</summary>
internal static class EvaluatorTraits
{
    private static readonly string[] OneScore = ["groq_responses", "text_quality", "json_structure", "code_quality"];

    private static readonly string[] OpenAiParts =
        ["completeness", "quality", "length", "latency", "cost", "response_quality", "quality_score"];

    private static readonly string[] AzureParts = ["response_quality", "response_length", "latency_sec", "cost_per_task"];

    // They look at contains, lengths and formats; the azure evaluator at nothing that is expected.
    private static readonly string[] BlindToAnswers =
        ["groq_responses", "openai_responses", "azure_multi_model_evaluator", "text_quality", "code_quality", "browserbase_evaluator"];

    /// <summary>What an evaluator scores when it is asked for a metric: two metrics of one part have the same score.</summary>
    /// <returns><see langword="null"/> for an evaluator of which nothing is known.</returns>
    public static string? PartOf(EvaluatorReference evaluator, string metric)
    {
        var module = ModuleOf(evaluator);
        return module switch
        {
            _ when OneScore.Contains(module) => "everything",
            "openai_responses" => OpenAiParts.Contains(metric) ? metric : "its aggregate",
            "azure_multi_model_evaluator" => AzureParts.Contains(metric) ? metric : "its aggregate",
            _ => null,
        };
    }

    /// <summary>Whether an evaluator never looks at <c>expected.answer</c>.</summary>
    public static bool IsBlindToAnswers(EvaluatorReference evaluator) => BlindToAnswers.Contains(ModuleOf(evaluator));

    /// <summary>Why a metric is the same for every configuration; <see langword="null"/> where it is not, or nothing is known.</summary>
    public static string? ConstantOf(EvaluatorReference evaluator, string metric) => (ModuleOf(evaluator), metric) switch
    {
        ("browserbase_evaluator", not ("success_rate" or "execution_time_ms")) =>
            "is 0.6 for every configuration: the evaluator does not know it",
        _ => null,
    };

    /// <summary>Where a port scores other than the original did, and why; <see langword="null"/> where it does not.</summary>
    public static string? DifferenceOf(EvaluatorReference evaluator) => ModuleOf(evaluator) switch
    {
        "browserbase_evaluator" => "sessions of BrowserBase say no execution time, which the original took for 0 ms and the full score",
        "openai_responses" => "the original never told its evaluator how long a call took, so that its latency was always 0.8",
        "azure_multi_model_evaluator" => "the original never told its evaluator how long a call took, and guessed it from the tokens",
        "discord_evaluator" => "the original looked for what is expected one level too deep, so that tools and parameters always scored 1",
        "gmail_evaluator" or "reddit_evaluator" => "the original took an answer that does not say its latency for the fastest",
        _ => null,
    };

    /// <summary>The last part of a module's name or path.</summary>
    private static string ModuleOf(EvaluatorReference evaluator) =>
        Path.GetFileNameWithoutExtension(evaluator.Module.EndsWith(".py", StringComparison.OrdinalIgnoreCase)
            ? evaluator.Module
            : evaluator.Module.Split('.')[^1] + ".py");
}
