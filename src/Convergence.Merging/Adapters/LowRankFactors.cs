using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>The factors of an adapter's update, F32: A [r, inputs] and B [outputs, r].</summary>
/// <param name="Down">A.</param>
/// <param name="Up">B.</param>
internal sealed record LowRankFactors(HostTensor Down, HostTensor Up)
{
    /// <summary>The factors of D = rows^T columns.</summary>
    /// <param name="rows">[r][rows of D].</param>
    /// <param name="columns">[r][columns of D].</param>
    /// <param name="isTransposed">Whether D is stored [inputs, outputs]: then D^T = B A.</param>
    public static LowRankFactors Of(double[][] rows, double[][] columns, bool isTransposed) =>
        isTransposed ? new LowRankFactors(Stacked(rows), SideBySide(columns)) : new LowRankFactors(Stacked(columns), SideBySide(rows));

    /// <summary>What adding the factors to a weight does.</summary>
    public LowRankUpdate ToUpdate(double scale, bool isTransposed) => new(Down, Up, scale, isTransposed);

    private static HostTensor Stacked(double[][] vectors)
    {
        var tensor = HostTensor.Allocate(DType.F32, new TensorShape(vectors.Length, vectors[0].Length));
        Fill(vectors, tensor, vectors[0].Length, 1);
        return tensor;
    }

    private static HostTensor SideBySide(double[][] vectors)
    {
        var tensor = HostTensor.Allocate(DType.F32, new TensorShape(vectors[0].Length, vectors.Length));
        Fill(vectors, tensor, 1, vectors.Length);
        return tensor;
    }

    private static void Fill(double[][] vectors, HostTensor tensor, int vectorStride, int elementStride)
    {
        var target = tensor.AsSpan<float>();
        for (var vector = 0; vector < vectors.Length; vector++)
        {
            for (var element = 0; element < vectors[vector].Length; element++)
            {
                target[(vector * vectorStride) + (element * elementStride)] = (float)vectors[vector][element];
            }
        }
    }
}
