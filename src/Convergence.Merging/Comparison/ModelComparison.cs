using System.Collections.Immutable;
using Convergence.Tensors.Cpu;

namespace Convergence.Merging;

/// <summary>Compares two models tensor by tensor.</summary>
/// <param name="Tensors">Every tensor of either model, in the order of layers (see <see cref="TensorNameOrder"/>).</param>
/// <param name="L2">The Euclidean norm of the difference of all tensors that were compared.</param>
/// <param name="Relative">That, over the first model's norm over the same tensors; <see langword="null"/> when that is 0.</param>
public sealed record ModelComparison(ImmutableArray<TensorDifference> Tensors, double L2, double? Relative)
{
    /// <summary>Whether every tensor is in both models with one type, one shape and equal values.</summary>
    public bool AreEqual =>
        Tensors.All(tensor => tensor.Mismatch == TensorMismatch.None && tensor.EqualElements == tensor.Shape.ElementCount);

    /// <summary>
    /// How many tensors cannot be compared: only one model has them, or the other has them in another shape or as another kind of numbers.
    /// </summary>
    public int IncomparableCount => Tensors.Count(tensor => tensor.EqualElements is null);

    /// <summary>Reads both models once.</summary>
    /// <param name="parents">Opens the models.</param>
    /// <param name="firstName">A model, as recipes name it.</param>
    /// <param name="secondName">Another.</param>
    /// <param name="device">Computes.</param>
    /// <param name="progress">Told after every tensor how many bytes of both models are behind; nobody by default.</param>
    /// <param name="cancellation">Looked at between tensors.</param>
    /// <exception cref="ConvergenceException">A model cannot be opened.</exception>
    public static ModelComparison Of(
        ParentModels parents, string firstName, string secondName, CpuDevice device, Action<MergeProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        var (first, second) = (parents.Get(firstName), parents.Get(secondName));
        var names = first.Weights.Names.Union(second.Weights.Names, StringComparer.Ordinal).Order(TensorNameOrder.Instance).ToList();
        var total = names.Sum(ByteCount);
        long done = 0;
        var tensors = ImmutableArray.CreateBuilder<TensorDifference>();
        foreach (var name in names)
        {
            cancellation.ThrowIfCancellationRequested();
            tensors.Add(Compare(first, second, name, device));
            done += ByteCount(name);
            progress?.Invoke(new MergeProgress(done, total, ReusedByteCount: 0, ShardNumber: 1, ShardCount: 1));
        }

        long ByteCount(string name) => (first.Find(name)?.ByteCount ?? 0) + (second.Find(name)?.ByteCount ?? 0);

        var measured = tensors.Where(tensor => tensor.L2 is not null).ToList();
        var (distance, energy) = (measured.Sum(tensor => tensor.L2!.Value * tensor.L2.Value), measured.Sum(tensor => tensor.FirstEnergy));
        return new ModelComparison(tensors.ToImmutable(), Math.Sqrt(distance), energy > 0 ? Math.Sqrt(distance / energy) : null);
    }

    private static TensorDifference Compare(ParentModel first, ParentModel second, string name, CpuDevice device) =>
        (first.Find(name), second.Find(name)) switch
        {
            ({ } left, null) => new TensorDifference
            {
                Name = name,
                Shape = left.Shape,
                FirstDType = left.DType,
                Mismatch = TensorMismatch.OnlyInFirst,
            },
            (null, { } right) => new TensorDifference
            {
                Name = name,
                Shape = right.Shape,
                SecondDType = right.DType,
                Mismatch = TensorMismatch.OnlyInSecond,
            },
            ({ } left, { } right) when left.Shape != right.Shape => new TensorDifference
            {
                Name = name,
                Shape = left.Shape,
                SecondShape = right.Shape,
                FirstDType = left.DType,
                SecondDType = right.DType,
                Mismatch = TensorMismatch.Shape,
            },
            _ => TensorDifference.Measure(first, second, name, device),
        };
}
