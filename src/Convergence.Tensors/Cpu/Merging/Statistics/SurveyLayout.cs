using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>Where the survey kernel keeps its sums, per block, and its counts, per worker.</summary>
/// <param name="inputCount">Inputs beside the base.</param>
internal readonly struct SurveyLayout(int inputCount)
{
    /// <summary>The count of elements that some input moves up and another down.</summary>
    public const int Conflicts = 0;

    public int InputCount { get; } = inputCount;

    /// <summary>Sums per block: the products of b and the task vectors, then magnitudes.</summary>
    public int SumCount => ((InputCount + 1) * (InputCount + 1)) + (2 * InputCount);

    /// <summary>Counts per worker, rounded up so that workers do not share a cache line.</summary>
    public int CountSpacing =>
        (2 + (3 * InputCount) + (InputCount * InputCount) + WorkerCounts.Spacing - 1) / WorkerCounts.Spacing * WorkerCounts.Spacing;

    /// <summary>The sum of products of two of b (0), d_1 (1), .., with first up to second.</summary>
    public int Product(int first, int second) => (first * (InputCount + 1)) + second;

    public int MagnitudeSum(int input) => ((InputCount + 1) * (InputCount + 1)) + input;

    public int LargestMagnitude(int input) => MagnitudeSum(InputCount + input);

    /// <summary>The count of a tensor's elements that are NaN or infinite; 0 is the base.</summary>
    public static int NonFinite(int tensor) => 1 + tensor;

    public int Unchanged(int input) => 2 + InputCount + input;

    public int Large(int input) => 2 + (2 * InputCount) + input;

    /// <summary>The count of elements that two inputs move apart, with first below second.</summary>
    public int PairConflicts(int first, int second) => 2 + (3 * InputCount) + (first * InputCount) + second;
}
