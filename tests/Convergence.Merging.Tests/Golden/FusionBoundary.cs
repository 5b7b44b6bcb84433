using Convergence.Merging.Tests.Methods;

namespace Convergence.Merging.Tests.Golden;

/// <summary>
/// Where the other implementation's float32 decides about arcee_fusion, not the weights: its divergences are sums of terms near 1
/// that cancel, so importances close to the threshold are uncertain, and all of them where the threshold itself is below
/// what is left of such sums.
/// </summary>
internal static class FusionBoundary
{
    private const double ImportanceNoise = 1e-4;
    private const double DivergenceNoise = 1e-7;

    /// <summary>One flag per element; all false for other methods.</summary>
    public static bool[] Of(MergeTask task, ParentModels parents)
    {
        var result = new bool[task.Shape.ElementCount];
        if (task.Operation is ArceeFusionMerge)
        {
            double[] Read(TensorInput input) => Array.ConvertAll(OpposedChanges.Values(parents, input), value => (double)value);
            var rowSize = (int)(task.Shape.Rank < 2 ? task.Shape.ElementCount : task.Shape.LastExtent);
            var (importance, threshold) = FusionReference.Measure(Read(task.Base!), Read(task.Inputs[0]), rowSize);
            for (var place = 0; place < result.Length; place++)
            {
                result[place] = importance[place] != threshold && Math.Abs(importance[place] - threshold) < ImportanceNoise * threshold;
            }

            var largest = Read(task.Base!).Zip(Read(task.Inputs[0]), (origin, value) => Math.Abs(value - origin)).Max();
            if (threshold > 0 && threshold < DivergenceNoise * largest)
            {
                Array.Fill(result, true);
            }
        }

        return result;
    }
}
