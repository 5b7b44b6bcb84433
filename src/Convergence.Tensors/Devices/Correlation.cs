namespace Convergence.Tensors.Devices;

/// <summary>What a pair of tensors has in common.</summary>
/// <param name="Dot">sum a*b.</param>
/// <param name="SquaredNormA">sum a^2.</param>
/// <param name="SquaredNormB">sum b^2.</param>
public readonly record struct Correlation(double Dot, double SquaredNormA, double SquaredNormB);
