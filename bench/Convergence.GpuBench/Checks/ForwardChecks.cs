using System.Globalization;
using Convergence.Cuda;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Randomness;

namespace Convergence.GpuBench.Checks;

/// <summary>Every operator of a forward pass on both devices.</summary>
/// <param name="device">The GPU.</param>
/// <param name="products">What it multiplies matrices in; the CPU always does in float32.</param>
/// <param name="checks">Receives the checks.</param>
internal sealed partial class ForwardChecks(CudaDevice device, ProductPrecision products, CheckList checks)
{
    private const int Rows = 37;
    private const double Tolerance = 1e-5;
    private const double Bf16Tolerance = 2e-2;

    // Each of two factors loses at most 2^-10 of itself where bits beyond the mantissa are cut off.
    private const double Tf32Tolerance = 2e-3;

    // Widths with and without a rest beyond vectors and warps.
    private static readonly int[] Widths = [7, 64, 259, 512];

    private static readonly DType[] WeightTypes = [DType.F32, DType.BF16, DType.F16, DType.F64];

    public void Run()
    {
        CheckProducts();

        // Which multiplies in float32 with tf32, too.
        if (products != ProductPrecision.Tf32)
        {
            CheckAttention();
        }

        if (products == ProductPrecision.F32)
        {
            CheckRows();
            CheckMoves();
            CheckScores();
        }
    }

    private void CheckProducts()
    {
        foreach (var layout in (WeightLayout[])[WeightLayout.OutputByInput, WeightLayout.InputByOutput])
        {
            foreach (var type in WeightTypes)
            {
                foreach (var accumulate in (bool[])[false, true])
                {
                    Compare(
                        nameof(TransformerKernels.MatMul),
                        Text($"{Rows} x 75 x 33, {type} {layout}{(accumulate ? ", added" : ", with bias")}"),
                        products switch
                        {
                            ProductPrecision.Bf16 => Bf16Tolerance,
                            ProductPrecision.Tf32 => Tf32Tolerance,
                            _ => Tolerance,
                        },
                        on => Product(on, type, layout, accumulate));
                }
            }
        }
    }

    private static float[] Product(ComputeDevice on, DType type, WeightLayout layout, bool accumulate)
    {
        const int Inputs = 75, Outputs = 33;
        using var weight = Tensor(
            on, type, 2, layout == WeightLayout.OutputByInput ? new TensorShape(Outputs, Inputs) : new TensorShape(Inputs, Outputs));
        using var bias = accumulate ? null : Tensor(on, type, 3, new TensorShape(Outputs));
        using var packed = on.Transformer.Pack([weight], layout);
        using var input = Matrix(on, 1, Rows, Inputs);
        using var output = Matrix(on, 4, Rows, Outputs);
        on.Transformer.MatMul(MatrixView.Of(input), packed, bias, MatrixView.Of(output), accumulate);
        return Read(on, output);
    }

    private void CheckAttention()
    {
        AttentionSpan[] ragged = [new(0, 1, 0, 1), new(1, 7, 1, 7), new(8, 64, 8, 64), new(72, 130, 72, 130)];
        AttentionSpan[] decoding = [new(0, 1, 0, 1), new(1, 1, 1, 150), new(2, 3, 151, 51)];
        AttentionSpan[] manyKeys = [new(0, 1, 0, 1100), new(1, 2, 1100, 513)];
        (int Heads, int KeyValueHeads, int HeadSize)[] shapes =
            [(4, 2, 64), (2, 2, 7), (4, 4, 32), (2, 1, 33), (2, 1, 128), (1, 1, 200), (2, 1, 300)];
        foreach (var (heads, keyValueHeads, headSize) in shapes)
        {
            foreach (var (name, spans) in new[] { ("ragged prefill", ragged), ("decoding", decoding), ("many keys", manyKeys) })
            {
                Compare(
                    nameof(TransformerKernels.Attention),
                    Text($"{name}, {heads} heads of {headSize}, {keyValueHeads} of keys"),
                    products == ProductPrecision.Bf16 ? Bf16Tolerance : Tolerance,
                    on => Attend(on, spans, new AttentionShape(heads, keyValueHeads, headSize, 1 / MathF.Sqrt(headSize))));
            }
        }
    }

    private static float[] Attend(ComputeDevice on, AttentionSpan[] spans, AttentionShape shape)
    {
        var queryRows = spans.Max(span => span.FirstQuery + span.QueryCount);
        var keyRows = spans.Max(span => span.FirstKey + span.KeyCount);
        using var query = Matrix(on, 1, queryRows, shape.HeadCount * shape.HeadSize);
        using var key = Matrix(on, 2, keyRows, shape.KeyValueHeadCount * shape.HeadSize);
        using var value = Matrix(on, 3, keyRows, shape.KeyValueHeadCount * shape.HeadSize);
        using var output = Matrix(on, 4, queryRows, shape.HeadCount * shape.HeadSize);
        on.Transformer.Attention(
            MatrixView.Of(query), MatrixView.Of(key), MatrixView.Of(value), spans, shape, MatrixView.Of(output));
        return Read(on, output);
    }

    private void Compare(string name, string inputs, double tolerance, Func<ComputeDevice, float[]> run)
    {
        using var cpu = new CpuDevice(1);
        checks.Add(new CheckResult(name, inputs, Difference.OfLargest(run(device), run(cpu)), tolerance, CheckResult.OfLargest));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static DeviceTensor Matrix(ComputeDevice on, ulong seed, int rows, int columns) =>
        Tensor(on, DType.F32, seed, new TensorShape(rows, columns));

    // Uniform in [-1, 1).
    private static DeviceTensor Tensor(ComputeDevice on, DType type, ulong seed, TensorShape shape)
    {
        var key = Philox.Key(seed, "checks");
        var values = new float[shape.ElementCount];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = (float)((Philox.UniformAt(key, 0, index) * 2) - 1);
        }

        var tensor = HostTensor.Allocate(type, shape);
        FloatConversion.Narrow(values, tensor);
        return on.Import(tensor);
    }

    private static float[] Read(ComputeDevice on, DeviceTensor tensor)
    {
        var values = new float[tensor.ElementCount];
        on.Read(tensor, values);
        return values;
    }
}
