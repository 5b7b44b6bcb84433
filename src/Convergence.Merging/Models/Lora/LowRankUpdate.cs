using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// What a low-rank adapter adds to one weight (Hu et al. 2021, arXiv 2106.09685, section 4.1): W' = W + s B A.
/// </summary>
/// <param name="Down">A, [r, inputs]; for a convolution [r, inputs, window...].</param>
/// <param name="Up">B, [outputs, r]; for a convolution [outputs, r, 1...].</param>
/// <param name="Scale">s.</param>
/// <param name="IsTransposed">Whether W is stored [inputs, outputs].</param>
internal sealed record LowRankUpdate(HostTensor Down, HostTensor Up, double Scale, bool IsTransposed)
{
    private int Rank => (int)Down.Shape[0];

    private int Inputs => (int)(Down.ElementCount / Math.Max(1, Rank));

    private int Outputs => (int)(Up.ElementCount / Math.Max(1, Rank));

    /// <summary>Whether the factors multiply to something of a weight's shape.</summary>
    public bool Fits(TensorShape weight)
    {
        if (Down.Shape.Rank < 2 || Up.Shape.Rank < 2 || Down.Shape[0] != Up.Shape[1] || weight.Rank < 2 || Rank < 1
            || Up.Shape.Extents.AsSpan()[2..].ContainsAnyExcept(1L))
        {
            return false;
        }

        var (rows, columns) = IsTransposed ? (Inputs, Outputs) : (Outputs, Inputs);
        return weight[0] == rows && weight.ElementCount == (long)rows * columns;
    }

    /// <summary>W', computed in float32 on a device of the CPU; the caller's to dispose.</summary>
    public HostTensor Apply(HostTensor weight, CpuDevice device)
    {
        var (rows, columns) = IsTransposed ? (Inputs, Outputs) : (Outputs, Inputs);
        var sum = HostTensor.Allocate(DType.F32, weight.Shape);
        try
        {
            device.Merging.Copy(weight, sum);

            // The left factor carries the scale, so that it is rounded once per element of the smaller matrix.
            using var left = IsTransposed ? Transpose(Down, device) : ScaledUp(device);
            using var right = device.Transformer.Pack(
                [IsTransposed ? Matrix(Up, Outputs, Rank) : Matrix(Down, Rank, Inputs)],
                IsTransposed ? WeightLayout.OutputByInput : WeightLayout.InputByOutput);
            device.Transformer.MatMul(
                MatrixView.Of(left), right, bias: null, MatrixView.Of(sum.Reshape(new TensorShape(rows, columns))), accumulate: true);
            return sum;
        }
        catch
        {
            sum.Dispose();
            throw;
        }
    }

    private static HostTensor Matrix(HostTensor tensor, int rows, int columns) => tensor.Reshape(new TensorShape(rows, columns));

    private HostTensor ScaledUp(CpuDevice device)
    {
        var scaled = HostTensor.Allocate(DType.F32, new TensorShape(Outputs, Rank));
        device.Read(Up, scaled.AsSpan<float>());
        foreach (ref var value in scaled.AsSpan<float>())
        {
            value = (float)(value * Scale);
        }

        return scaled;
    }

    private HostTensor Transpose(HostTensor down, CpuDevice device)
    {
        var values = new float[down.ElementCount];
        device.Read(down, values);
        var transposed = HostTensor.Allocate(DType.F32, new TensorShape(Inputs, Rank));
        var target = transposed.AsSpan<float>();
        for (var input = 0; input < Inputs; input++)
        {
            for (var rank = 0; rank < Rank; rank++)
            {
                target[(input * Rank) + rank] = (float)(values[(rank * Inputs) + input] * Scale);
            }
        }

        return transposed;
    }
}
