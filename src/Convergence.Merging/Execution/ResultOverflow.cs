using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>
/// Results that the stored type cannot hold. Parents are finite, so whatever is not finite in a result has overflowed on the way to it.
/// </summary>
internal static class ResultOverflow
{
    /// <summary>Whether results of a task can overflow, so that they must be looked at: only floats can.</summary>
    public static bool IsPossible(MergeTask task) => task.DType.IsComputable();

    /// <summary>As the other, where no result is larger in magnitude than a bound.</summary>
    public static bool IsPossible(MergeTask task, double bound)
    {
        var largest = task.DType switch
        {
            DType.F16 => (double)Half.MaxValue,
            DType.BF16 or DType.F32 => 3.38e38,
            _ => double.MaxValue,
        };

        // The bound is rounded, and so are the results.
        return IsPossible(task) && !(bound <= 0.99 * largest);
    }

    /// <summary>What is wrong with a tensor of which so many elements overflowed, and the cure.</summary>
    public static string Describe(MergeRecipe recipe, MergeTask task, long count)
    {
        var (type, largest) = task.DType switch
        {
            DType.F16 => ("float16", "65504"),
            DType.BF16 => ("bfloat16", "3.39e38"),
            DType.F32 => ("float32", "3.40e38"),
            _ => ("float64", "1.80e308"),
        };
        var message = $"Tensor {task.Name} {task.Shape}: {count} {(count == 1 ? "element does" : "elements do")} not fit in {type} "
            + $"(at most {largest}). ";
        var cause = Cause(task);
        var cure = task.DType == DType.F16
            ? "Store the merge as bfloat16 or float32: set \"out_dtype: bfloat16\" in the recipe."
            : cause.Length > 0 ? "Make it smaller." : "Make weight, lambda or scale smaller, or density larger.";
        return $"{recipe.Origin?.Describe(null)}{message}{cause}{cure}";
    }

    /// <exception cref="MergeException">There are any.</exception>
    public static void Refuse(MergeRecipe recipe, MergeTask task, long count)
    {
        if (count > 0)
        {
            throw new MergeException(Describe(recipe, task, count));
        }
    }

    // Only a number above 1 makes results larger than parents.
    private static string Cause(MergeTask task)
    {
        var largest = ResolvedPlan.Operation(task.Operation)
            .SelectMany(property => Numbers(property.Value).Select(number => (property.Key, Size: Math.Abs(number), Number: number)))
            .DefaultIfEmpty()
            .MaxBy(parameter => parameter.Size);
        return largest.Size > 1
            ? string.Create(
                CultureInfo.InvariantCulture, $"The likely cause is the recipe's {ParameterName(largest.Key)} {largest.Number}. ")
            : "";
    }

    private static IEnumerable<double> Numbers(JsonNode? value) => value switch
    {
        JsonArray list => list.SelectMany(Numbers),
        JsonValue scalar when scalar.TryGetValue<double>(out var number) => [number],
        _ => [],
    };

    private static string ParameterName(string property) =>
        (property.EndsWith("ies", StringComparison.Ordinal) ? property[..^3] + "y" : property.TrimEnd('s')).ToLowerInvariant();
}
