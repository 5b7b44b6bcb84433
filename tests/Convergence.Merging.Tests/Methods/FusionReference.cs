namespace Convergence.Merging.Tests.Methods;

/// <summary>arcee_fusion written down plainly, in float64.</summary>
internal static class FusionReference
{
    /// <summary>Every element's importance and the threshold from which an element is taken.</summary>
    public static (double[] Importance, double Threshold) Measure(double[] origin, double[] model, int rowSize)
    {
        var importance = new double[origin.Length];
        for (var row = 0; row < origin.Length; row += rowSize)
        {
            var p = Softmax(model.AsSpan(row, rowSize));
            var q = Softmax(origin.AsSpan(row, rowSize));
            var divergence = Math.Max(0, p.Zip(q, (left, right) => left * Math.Log(left / right)).Sum());
            for (var place = row; place < row + rowSize; place++)
            {
                importance[place] = Math.Abs(model[place] - origin[place]) * divergence;
            }
        }

        var sorted = importance.Order().ToArray();
        double Quantile(double share) => sorted[(int)(share * (sorted.Length - 1))];
        return (importance, Quantile(0.5) + (1.5 * (Quantile(0.75) - Quantile(0.25))));
    }

    private static double[] Softmax(ReadOnlySpan<double> row)
    {
        var values = row.ToArray();
        var largest = values.Max();
        var sum = values.Sum(value => Math.Exp(value - largest));
        return [.. values.Select(value => (Math.Exp(value - largest) / sum) + 1e-8)];
    }
}
