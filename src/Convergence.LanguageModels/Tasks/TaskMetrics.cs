using System.Collections.Immutable;

namespace Convergence.LanguageModels.Tasks;

/// <summary>The names of scores.</summary>
public static class TaskMetrics
{
    /// <summary>exp of the mean negative log-probability; lower is better.</summary>
    public const string Perplexity = "perplexity";

    /// <summary>The share of examples whose completion is the expected one.</summary>
    public const string ExactMatch = "exact_match";

    /// <summary>The share of examples whose right choice, or better sentence, is the likeliest.</summary>
    public const string Accuracy = "acc";

    /// <summary>As <see cref="Accuracy"/>, after dividing log-probabilities by the choices' bytes.</summary>
    public const string NormalizedAccuracy = "acc_norm";

    /// <summary>The scores that a kind of task has, its default first.</summary>
    public static ImmutableArray<string> Of(TaskKind kind) => kind switch
    {
        TaskKind.Perplexity => [Perplexity],
        TaskKind.ExactMatch => [ExactMatch],
        TaskKind.MultipleChoice => [Accuracy, NormalizedAccuracy],
        TaskKind.MinimalPairs => [Accuracy],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of task."),
    };

    /// <summary>Whether a higher score is better.</summary>
    public static bool IsHigherBetter(string metric) => metric != Perplexity;
}
