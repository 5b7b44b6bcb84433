namespace Convergence.LanguageModels.Generation;

/// <summary>What a model added to a prompt, as text.</summary>
/// <param name="Text">The new text, without the stop text.</param>
/// <param name="Sequence">The new tokens; those of a stop text are among them.</param>
public sealed record GeneratedText(string Text, GeneratedSequence Sequence);
