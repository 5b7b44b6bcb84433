namespace Convergence.LanguageModels.Tasks;

/// <summary>What a task asks of a model.</summary>
public enum TaskKind
{
    /// <summary>How well it predicts a text. In files: <c>perplexity</c>.</summary>
    Perplexity,

    /// <summary>Whether its greedy completion of a prompt is the expected one. In files: <c>exact_match</c>.</summary>
    ExactMatch,

    /// <summary>Whether it holds the right choice likeliest. In files: <c>multiple_choice</c>.</summary>
    MultipleChoice,

    /// <summary>Whether it holds the better of two sentences likelier. In files: <c>minimal_pairs</c>.</summary>
    MinimalPairs,
}
