using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices;

namespace Convergence.Tensors.Tests.Cpu.Transformer;

/// <summary>Every transformer operator once, on fixed numbers and awkward extents, boiled down to one hash of all result bits.</summary>
internal static class ForwardProbe
{
    private const int Rows = 150, Width = 72, HeadSize = 18, Vocabulary = 301;

    public static void PrintHash() => Console.WriteLine(Hash(threadCount: 2));

    public static string Hash(int threadCount)
    {
        using var device = new CpuDevice(threadCount);
        var kernels = device.Transformer;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(TestMatrix matrix) => hash.AppendData(MemoryMarshal.AsBytes(matrix.Read().AsSpan()));
        TestMatrix Matrix(int columns, float[]? values = null) => new(device, Rows, columns, values);
        HostTensor Vector(int seed, int count) => HostTensor.From(TestData.Uniform(seed, count), new TensorShape(count));
        PackedMatrix Weight(DType dtype, int seed, int outputs, int inputs) =>
            kernels.Pack(
                [TestData.Tensor(dtype, TestData.Uniform(seed, outputs * inputs), outputs, inputs).Tensor], WeightLayout.OutputByInput);

        using var x = Matrix(Width);
        using var h = Matrix(Width);
        var table = TestData.Tensor(DType.F16, TestData.Uniform(1, Vocabulary * Width), Vocabulary, Width).Tensor;
        kernels.Embed(table, TestData.Integers(2, Rows, Vocabulary), x.View);
        kernels.RmsNorm(x.View, Vector(3, Width), 1e-5f, h.View);
        Add(h);

        using var fused = Matrix(3 * Width);
        kernels.MatMul(h.View, Weight(DType.BF16, 4, 3 * Width, Width), Vector(5, 3 * Width), fused.View);
        var angles = TestData.Uniform(6, Rows * HeadSize / 2);
        var turns = HostTensor.From(angles, new TensorShape(Rows, HeadSize / 2));
        int[] positions = [.. Enumerable.Range(0, Rows)];
        kernels.Rope(fused.View.Columns(0, 2 * Width), positions, turns, turns, HeadSize);
        Add(fused);

        AttentionSpan[] spans = [new(0, 1, 0, 1), new(1, 99, 1, 99), new(100, 50, 80, 70)];
        var shape = new AttentionShape(Width / HeadSize, Width / HeadSize, HeadSize, 0.3f);
        kernels.Attention(
            fused.View.Columns(0, Width), fused.View.Columns(Width, Width), fused.View.Columns(2 * Width, Width), spans, shape, h.View);
        Add(h);

        // 1 100 inputs: the sum is cut into several blocks of depth.
        using var wide = Matrix(1_100, TestData.Uniform(7, Rows * 1_100));
        kernels.MatMul(wide.View, Weight(DType.F32, 8, Width, 1_100), null, x.View, accumulate: true);
        kernels.LayerNorm(x.View, Vector(9, Width), Vector(10, Width), 1e-5f, h.View);
        Add(h);
        kernels.SwiGlu(fused.View.Columns(0, 2 * Width), h.View);
        Add(h);
        kernels.Gelu(h.View, GeluForm.Exact);
        Add(h);
        kernels.Gelu(x.View, GeluForm.Tanh);
        Add(x);

        var scores = new float[Rows];
        kernels.LogProbabilities(wide.View, TestData.Integers(11, Rows, 1_100), scores);
        hash.AppendData(MemoryMarshal.AsBytes(scores.AsSpan()));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
