namespace Convergence.Optimization.Runs;

/// <summary>Whether to replace the configuration in use.</summary>
/// <param name="Advice">Ship, don't, or more cases are needed.</param>
/// <param name="Difference">The winner's score less the baseline's, on the same cases.</param>
/// <param name="Lower">Of its 95 % interval.</param>
/// <param name="Upper">Of its 95 % interval.</param>
/// <param name="CasesNeeded">
/// About how many more cases would decide; <see langword="null"/> when it is decided, or nothing tells how many.
/// </param>
/// <param name="DollarsNeeded">About what they cost; <see langword="null"/> when it is decided or no price is known.</param>
/// <param name="Sentence">The verdict in one sentence.</param>
public sealed record Verdict(
    Advice Advice, double Difference, double Lower, double Upper, int? CasesNeeded, decimal? DollarsNeeded, string Sentence);
