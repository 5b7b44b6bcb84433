namespace Convergence.Merging.Tests.Golden;

/// <summary>
/// Where a trimmed and voted merge has several right answers: at elements whose magnitude is exactly that of a cut (which of the equals
/// are kept is a convention) and where the votes cancel but for rounding.
/// </summary>
internal static class VoteAmbiguity
{
    private const double CancelsBelow = 1e-6;

    /// <summary>One flag per element; all false for methods that do not vote.</summary>
    public static bool[] Of(MergeTask task, ParentModels parents)
    {
        var result = new bool[task.Shape.ElementCount];
        var (weights, densities) = task.Operation switch
        {
            TiesMerge ties => (ties.Weights, ties.Densities),
            DareMerge { ElectSign: true } dare => (dare.Weights, dare.Densities),
            _ => ([], []),
        };
        if (weights.Length == 0)
        {
            return result;
        }

        var baseValues = Values(parents, task.Base!);
        var deltas = task.Inputs.Select(input => Values(parents, input).Zip(baseValues, (value, origin) => value - origin).ToArray()).ToArray();
        var cuts = deltas.Select((delta, model) => Cut(delta, densities[model])).ToArray();
        for (var element = 0; element < result.Length; element++)
        {
            double sum = 0;
            double size = 0;
            for (var model = 0; model < deltas.Length; model++)
            {
                var magnitude = Math.Abs(deltas[model][element]);
                result[element] |= densities[model] < 1 && magnitude == cuts[model];
                var vote = magnitude >= cuts[model] ? weights[model] * deltas[model][element] : 0;
                sum += vote;
                size += Math.Abs(vote);
            }

            result[element] |= size > 0 && Math.Abs(sum) <= CancelsBelow * size;
        }

        return result;
    }

    private static float Cut(float[] delta, double density)
    {
        var sorted = delta.Select(Math.Abs).OrderDescending().ToArray();
        return sorted[Math.Max(1, (int)(density * sorted.Length)) - 1];
    }

    private static float[] Values(ParentModels parents, TensorInput input) => MemoryModels.Values(parents.Get(input.Model).Weights, input.Tensor);
}
