namespace Convergence.LanguageModels.Generation;

/// <summary>Why a generated sequence ended.</summary>
public enum FinishReason
{
    /// <summary>A stop token, or a stop text.</summary>
    Stop,

    /// <summary>The most new tokens, or the end of the model's context.</summary>
    Length,
}
