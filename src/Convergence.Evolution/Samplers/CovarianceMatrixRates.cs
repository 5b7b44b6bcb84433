namespace Convergence.Evolution.Samplers;

/// <summary>The constants of CMA-ES: table 1 of Hansen's tutorial, arXiv:1604.00772, with positive weights only.</summary>
internal sealed class CovarianceMatrixRates
{
    public CovarianceMatrixRates(int dimensionCount, int doublings)
    {
        var n = (double)dimensionCount;
        PopulationSize = (4 + (int)(3 * Math.Log(n))) << doublings;
        double[] raw = [.. Enumerable.Range(1, PopulationSize / 2).Select(rank => Math.Log((PopulationSize + 1) / 2.0) - Math.Log(rank))];
        Weights = [.. raw.Select(weight => weight / raw.Sum())];
        EffectiveCount = 1 / Weights.Sum(weight => weight * weight);
        StepPath = (EffectiveCount + 2) / (n + EffectiveCount + 5);
        Damping = 1 + (2 * Math.Max(0, Math.Sqrt((EffectiveCount - 1) / (n + 1)) - 1)) + StepPath;
        CovariancePath = (4 + (EffectiveCount / n)) / (n + 4 + (2 * EffectiveCount / n));
        RankOne = 2 / (((n + 1.3) * (n + 1.3)) + EffectiveCount);
        RankMu = Math.Min(1 - RankOne, 2 * ((0.25 + EffectiveCount + (1 / EffectiveCount) - 2) / (((n + 2) * (n + 2)) + EffectiveCount)));
        ExpectedLength = Math.Sqrt(n) * (1 - (1 / (4 * n)) + (1 / (21 * n * n)));
    }

    /// <summary>lambda.</summary>
    public int PopulationSize { get; }

    /// <summary>w, of the best half; their sum is 1.</summary>
    public double[] Weights { get; }

    /// <summary>mu_eff.</summary>
    public double EffectiveCount { get; }

    /// <summary>c_sigma.</summary>
    public double StepPath { get; }

    /// <summary>d_sigma.</summary>
    public double Damping { get; }

    /// <summary>c_c.</summary>
    public double CovariancePath { get; }

    /// <summary>c_1.</summary>
    public double RankOne { get; }

    /// <summary>c_mu.</summary>
    public double RankMu { get; }

    /// <summary>E |N(0, I)|.</summary>
    public double ExpectedLength { get; }
}
