namespace Convergence.Merging.Tests.Golden;

/// <summary>
/// Where models pull apart more than they agree (mean cosine of their task vectors at most 0):
/// the other implementation's model_stock extrapolates away from their mean there; ours stays at the base.
/// </summary>
internal static class OpposedChanges
{
    /// <summary>One flag per element; all false for other methods.</summary>
    public static bool[] Of(MergeTask task, ParentModels parents)
    {
        var result = new bool[task.Shape.ElementCount];
        if (task.Operation is not ModelStockMerge stock || result.Length == 0)
        {
            return result;
        }

        var origin = Values(parents, task.Base!);
        var deltas = task.Inputs.Select(input => Values(parents, input).Zip(origin, (value, start) => (double)value - start).ToArray())
            .ToArray();
        var length = stock.FilterWise && task.Shape.Rank > 1 ? (int)task.Shape.LastExtent : result.Length;
        for (var start = 0; start < result.Length; start += length)
        {
            Array.Fill(result, MeanCosine(deltas, start, length) <= 0, start, length);
        }

        return result;
    }

    public static float[] Values(ParentModels parents, TensorInput input) =>
        MemoryModels.Values(parents.Get(input.Model).Weights, input.Tensor);

    private static double MeanCosine(double[][] deltas, int start, int length)
    {
        var cosines = from first in deltas
                      from second in deltas
                      where !ReferenceEquals(first, second)
                      let a = first.AsSpan(start, length).ToArray()
                      let b = second.AsSpan(start, length).ToArray()
                      select Dot(a, b) / Math.Max(Math.Sqrt(Dot(a, a) * Dot(b, b)), 1e-6);
        return cosines.Average();
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (left, right) => left * right).Sum();
}
