using Convergence.Tensors;
using Convergence.Tensors.Cpu;

namespace Convergence.Merging;

/// <summary>
/// How far a tensor of one model is from that of another. Numbers of non-float tensors, and of tensors that cannot be compared, are null.
/// </summary>
public sealed record TensorDifference
{
    public required string Name { get; init; }

    /// <summary>Its shape in the first model that has it.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>What keeps the two from being compared element by element, or differs besides the values.</summary>
    public required TensorMismatch Mismatch { get; init; }

    /// <summary>Its element type in the first model; <see langword="null"/> where it has none of that name.</summary>
    public DType? FirstDType { get; init; }

    /// <summary>Its element type in the second model; <see langword="null"/> where it has none of that name.</summary>
    public DType? SecondDType { get; init; }

    /// <summary>Its shape in the second model where that differs.</summary>
    public TensorShape? SecondShape { get; init; }

    /// <summary>The Euclidean norm of the difference.</summary>
    public double? L2 { get; init; }

    /// <summary><see cref="L2"/> over the norm of the first; <see langword="null"/> when that is 0.</summary>
    public double? Relative { get; init; }

    /// <summary>The largest difference of two elements.</summary>
    public double? MaxAbs { get; init; }

    /// <summary>The cosine of the angle between the two, in [-1, 1]; <see langword="null"/> when one is 0.</summary>
    public double? Cosine { get; init; }

    /// <summary>Elements whose values are equal; <see langword="null"/> when the shapes differ or only one model has the tensor.</summary>
    public long? EqualElements { get; init; }

    internal double FirstEnergy { get; init; }

    /// <summary>Measures a tensor that both models have in one shape.</summary>
    internal static TensorDifference Measure(ParentModel first, ParentModel second, string name, CpuDevice device)
    {
        using var left = first.Load(name, device);
        using var right = second.Load(name, device);
        var (a, b) = ((HostTensor)left.Tensor, (HostTensor)right.Tensor);
        var (firstType, secondType) = (first.Find(name)!.DType, second.Find(name)!.DType);
        var difference = new TensorDifference
        {
            Name = name,
            Shape = a.Shape,
            Mismatch = firstType == secondType ? TensorMismatch.None : TensorMismatch.DType,
            FirstDType = firstType,
            SecondDType = secondType,
        };
        if (!a.DType.IsComputable() || !b.DType.IsComputable())
        {
            return a.DType == b.DType ? difference with { EqualElements = ElementDistance.CountEqualBytes(a, b) } : difference;
        }

        var sums = ElementDistance.Measure(a, b, device);
        return difference with
        {
            L2 = Math.Sqrt(sums.Difference),
            Relative = sums.First > 0 ? Math.Sqrt(sums.Difference / sums.First) : null,
            MaxAbs = sums.MaxAbs,
            Cosine = sums.First > 0 && sums.Second > 0
                ? Math.Clamp(sums.Product / Math.Sqrt(sums.First) / Math.Sqrt(sums.Second), -1, 1)
                : null,
            EqualElements = sums.EqualCount,
            FirstEnergy = sums.First,
        };
    }
}
