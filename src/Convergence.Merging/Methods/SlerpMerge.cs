using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>
/// Spherical linear interpolation (Shoemake 1985, "Animating rotation with quaternion curves", SIGGRAPH 19(3)) of whole tensors
/// seen as vectors: out = sin((1-t) theta)/sin(theta) w_0 + sin(t theta)/sin(theta) w_1, with cos(theta) = w_0.w_1/(|w_0| |w_1|).
/// More than two models are folded pairwise in the recipe's order: the k-th joins with t = a_k/(a_1 + .. + a_k), a_k = weight_k.
/// A fold of combinations is itself a combination of the models, so its angle follows from the models' Gram matrix: the models
/// are read twice, however many there are. When |cos(theta)| exceeds 0.9995 (nearly parallel, or nearly opposed, where the path
/// is not unique) the step is linear: (1-t) w_0 + t w_1. A tensor of zeros has no direction; theta is then a right angle.
/// </summary>
/// <param name="Steps">Per model after the first, its t.</param>
public sealed record SlerpMerge(ImmutableArray<double> Steps) : TensorMerge
{
    /// <summary>From this |cos| on, interpolation is linear.</summary>
    public const double ParallelCosine = 0.9995;

    private const double SmallestNorm = 1e-8;

    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.Slerp,
        NeedsBase: false,
        [
            new ParameterDefinition("t", ParameterKind.Number, PerModel: false) { Optional = true },
            new ParameterDefinition("weight", ParameterKind.Number, PerModel: true) { Optional = true },
        ],
        Resolve)
    {
        IsOrdered = true,
    };

    /// <summary>
    /// What a plan says about steps outside [0, 1], which mergekit computes as well:
    /// the path goes on beyond its ends, where neither model has been.
    /// </summary>
    internal static IEnumerable<string> ExtrapolationWarnings(ImmutableArray<MergeTask> tasks)
    {
        var beyond = tasks.Where(task => task.Operation is SlerpMerge slerp && slerp.Steps.Any(step => step is < 0 or > 1)).ToList();
        if (beyond.Count > 0)
        {
            var step = ((SlerpMerge)beyond[0].Operation).Steps.First(step => step is < 0 or > 1);
            yield return FormattableString.Invariant(
                $"slerp goes beyond its models in {beyond.Count} of {tasks.Length} tensors ({beyond[0].Name}: ")
                + FormattableString.Invariant($"t is {step:0.####}, outside [0, 1]): it extrapolates there. ")
                + "Give t in [0, 1], or weights of one sign, unless that is meant.";
        }
    }

    public bool Equals(SlerpMerge? other) => other is not null && Steps.SequenceEqual(other.Steps);

    public override int GetHashCode() => SequenceValue.Hash(Steps);

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        var count = context.Inputs.Length;
        var coefficients = Fold(context.Vectors.Products, count, out var fellBack);
        context.SlerpTensors++;
        context.LerpFallbacks += fellBack ? 1 : 0;
        return new CombineStep(coefficients);
    }

    /// <summary>Whether a step between models of this Gram matrix would be linear.</summary>
    internal bool FallsBack(ReadOnlySpan<double> gram)
    {
        Fold(gram, Steps.Length + 1, out var fellBack);
        return fellBack;
    }

    // c holds the coefficients of what is folded so far: r = sum_i c_i w_i.
    private double[] Fold(ReadOnlySpan<double> gram, int count, out bool fellBack)
    {
        fellBack = false;
        var c = new double[count];
        c[0] = 1;
        for (var k = 1; k < count; k++)
        {
            double dot = 0;
            double squaredNorm = 0;
            for (var i = 0; i < k; i++)
            {
                dot += c[i] * gram[(i * count) + k];
                for (var j = 0; j < k; j++)
                {
                    squaredNorm += c[i] * c[j] * gram[(i * count) + j];
                }
            }

            var (first, second, linear) = Ends(Steps[k - 1], dot, Math.Sqrt(Math.Max(0, squaredNorm)), Math.Sqrt(gram[(k * count) + k]));
            fellBack |= linear;
            for (var i = 0; i < k; i++)
            {
                c[i] *= first;
            }

            c[k] = second;
        }

        return c;
    }

    private static (double First, double Second, bool Linear) Ends(double t, double dot, double norm0, double norm1)
    {
        if (t == 0 || t == 1)
        {
            return (1 - t, t, false);
        }

        var cosine = dot / ((norm0 > SmallestNorm ? norm0 : 1) * (norm1 > SmallestNorm ? norm1 : 1));
        if (Math.Abs(cosine) > ParallelCosine)
        {
            return (1 - t, t, true);
        }

        var theta = Math.Acos(cosine);
        var sine = Math.Sin(theta);
        return (Math.Sin((1 - t) * theta) / sine, Math.Sin(t * theta) / sine, false);
    }

    private static SlerpMerge Resolve(ParameterScope scope)
    {
        if (scope.Models.Length < 2)
        {
            throw new RecipeException($"slerp needs at least two models, but tensor {scope.TensorName} has {scope.Models.Length}.");
        }

        var t = scope.OptionalNumber("t");
        var weights = scope.OptionalNumbers("weight");
        return scope.Models.Length == 2 && t is { } end ? FromT(end, scope) : FromWeights(weights, scope);
    }

    private static SlerpMerge FromT(double t, ParameterScope scope)
    {
        var index = scope.BaseModel is null
            ? 0
            : scope.Models.IndexOf(scope.Models.FirstOrDefault(model => model.Model == scope.BaseModel)!);
        return index switch
        {
            0 => new SlerpMerge([t]),
            1 => new SlerpMerge([1 - t]),
            _ => throw new RecipeException(
                $"slerp with \"t\" starts at the base model, but base_model {scope.BaseModel} is not one of the two models "
                + $"{scope.Models[0].Model} and {scope.Models[1].Model}. "
                + "Name one of them as base_model, or give both a \"weight\" instead of t."),
        };
    }

    private static SlerpMerge FromWeights(ImmutableArray<double>? given, ParameterScope scope)
    {
        if (given is not { } weights)
        {
            throw new RecipeException(scope.Models.Length == 2
                ? $"slerp: parameter \"t\" for tensor {scope.TensorName} is missing. "
                    + "Give \"t\" (0 is base_model, 1 the other model) or a \"weight\" per model."
                : $"slerp of {scope.Models.Length} models folds them by weight: give every model a \"weight\" (\"t\" is for two models).");
        }

        var steps = ImmutableArray.CreateBuilder<double>(weights.Length - 1);
        var sum = weights[0];
        for (var index = 1; index < weights.Length; index++)
        {
            sum += weights[index];

            // Weights that are all zero so far leave the earlier result in place.
            steps.Add(weights[index] == 0 ? 0 : weights[index] / sum);
        }

        return steps.All(double.IsFinite)
            ? new SlerpMerge(steps.MoveToImmutable())
            : throw new RecipeException(FormattableString.Invariant(
                $"slerp: the weights for tensor {scope.TensorName} ({string.Join(", ", weights)}) add up to 0 on the way. ")
                + "Use positive weights.");
    }
}
