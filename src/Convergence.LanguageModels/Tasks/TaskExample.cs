using System.Collections.Immutable;

namespace Convergence.LanguageModels.Tasks;

/// <summary>One line of a task's data; which members are used depends on the task's kind.</summary>
/// <param name="Place">Where it came from, for error messages: file and line.</param>
/// <param name="Text">Perplexity: a text. Minimal pairs: the better sentence. Otherwise the prompt; may be empty.</param>
/// <param name="Expected">The completion, or the worse sentence; <see langword="null"/> where there is none.</param>
/// <param name="Choices">Multiple choice: the choices.</param>
/// <param name="Answer">Multiple choice: the index of the right one.</param>
/// <param name="Tokens">Perplexity: ready token ids instead of a text.</param>
internal sealed record TaskExample(
    string Place,
    string Text,
    string? Expected = null,
    ImmutableArray<string> Choices = default,
    int Answer = 0,
    int[]? Tokens = null);
