using Convergence.LanguageModels.Generation;

namespace Convergence.Service.OpenAi;

/// <summary>Values as answers write them.</summary>
internal static class AnswerValues
{
    /// <summary>Why a text ended, or <see langword="null"/> while it grows.</summary>
    public static string? NameOf(FinishReason? reason) => reason switch
    {
        null => null,
        FinishReason.Stop => "stop",
        _ => "length",
    };

    /// <summary>A log-probability; JSON has no infinity, and OpenAI writes -9999 for what cannot happen.</summary>
    public static double Finite(double logProbability) => double.IsFinite(logProbability) ? logProbability : -9999;
}
