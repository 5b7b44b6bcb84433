namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Where SentencePiece's space mark is put before a text that lacks one.</summary>
internal enum PrependScheme
{
    Always,
    First,
    Never,
}
