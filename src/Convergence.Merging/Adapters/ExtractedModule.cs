namespace Convergence.Merging;

/// <summary>One matrix of a model as a low-rank difference from its base.</summary>
/// <param name="Tensor">The matrix.</param>
/// <param name="Rank">r of its factors.</param>
/// <param name="Norm">The Frobenius norm of the difference W - W0.</param>
/// <param name="RelativeError">
/// The norm of (W - W0) - B A, measured with the factors as they are stored, over <paramref name="Norm"/>.
/// </param>
public sealed record ExtractedModule(string Tensor, int Rank, double Norm, double RelativeError);
