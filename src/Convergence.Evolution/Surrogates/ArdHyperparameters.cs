namespace Convergence.Evolution.Surrogates;

/// <summary>What a Gaussian process over the unit cube is told of a function's shape.</summary>
/// <param name="LogScales">ln of the distance, parameter by parameter, over which values are alike; of an unordered parameter it says
/// how alike different choices are (the longer, the more).</param>
/// <param name="LogNoise">ln of the noise's variance as a share of the signal's.</param>
internal sealed record ArdHyperparameters(double[] LogScales, double LogNoise);
