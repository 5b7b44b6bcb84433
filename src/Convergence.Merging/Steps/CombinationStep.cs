namespace Convergence.Merging;

/// <summary>A step that multiplies every input by a number of its own and adds up: several of them can share a kernel.</summary>
/// <param name="weights">One number per input.</param>
internal abstract class CombinationStep(double[] weights) : MergeStep
{
    public double[] Weights { get; } = weights;
}
