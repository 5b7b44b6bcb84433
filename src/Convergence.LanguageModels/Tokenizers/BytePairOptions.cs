namespace Convergence.LanguageModels.Tokenizers;

/// <summary>The switches of a byte-pair model.</summary>
/// <param name="UnknownToken">What stands for a character outside the vocabulary; <see langword="null"/> drops it.</param>
/// <param name="FusesUnknown">Whether a run of unknown characters becomes one token.</param>
/// <param name="HasByteFallback">
/// Whether unknown characters become the tokens <c>&lt;0x00&gt;</c> .. <c>&lt;0xFF&gt;</c> of their bytes.
/// </param>
/// <param name="IgnoresMerges">Whether a piece that is itself a token is taken whole.</param>
internal readonly record struct BytePairOptions(string? UnknownToken, bool FusesUnknown, bool HasByteFallback, bool IgnoresMerges);
