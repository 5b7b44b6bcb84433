namespace Convergence.Optimization.TestCases;

/// <summary>How variants of test cases are made (key <c>evaluation.test_cases.augmentation</c>).</summary>
public sealed record AugmentationConfig
{
    /// <value>Probability that a word which may be replaced is, in [0, 1]. Default 0.3.</value>
    public double MutationRate { get; init; } = .3;

    /// <value>Probability that a variant has two parents, in [0, 1]. Default 0.2.</value>
    public double CrossoverRate { get; init; } = .2;

    /// <value>Variants of each case, from 0. Default 2.</value>
    public int Factor { get; init; } = 2;

    /// <value>Whether the cases themselves stay. Default: yes.</value>
    public bool KeepsOriginals { get; init; } = true;
}
