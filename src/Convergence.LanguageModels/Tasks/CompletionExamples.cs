using System.Collections.Immutable;

namespace Convergence.LanguageModels.Tasks;

/// <summary>Prompts with the completions that are expected.</summary>
internal sealed record CompletionExamples
{
    public required ImmutableArray<int[]> Prompts { get; init; }

    /// <summary>Per example the expected completion in tokens, as a guess of what the model will generate.</summary>
    public required ImmutableArray<int[]> Drafts { get; init; }

    /// <summary>Per example its prompt and draft.</summary>
    public required ImmutableArray<int[]> Sequences { get; init; }

    /// <summary>Per example where its draft begins.</summary>
    public required int[] FirstPredicted { get; init; }

    /// <summary>Per example the expected completion as UTF-8, without white space at its ends.</summary>
    public required ImmutableArray<byte[]> Expected { get; init; }

    public required CompletionRules Rules { get; init; }
}
