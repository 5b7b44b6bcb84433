using Convergence.Tensors.Cpu.Gemm;
using Convergence.Tensors.Tests.Devices;

namespace Convergence.Tensors.Tests.Cpu.Gemm;

public sealed unsafe class TileKernelTests
{
    private const int Stride = TileKernel.Columns + 5;

    [Test, Combinatorial]
    public void Multiply_EveryHeight_HasTheBitsOfTheSpecification(
        [Values(1, 2, 4, 8, 12)] int height, [Values(0, 1, 2, 7, 64, 511)] int depth, [Values] bool accumulate)
    {
        var (expected, actual) = (Start(height), Start(height));
        Run(height, depth, accumulate, expected, specification: true);
        Run(height, depth, accumulate, actual, specification: false);
        Assert.That(actual, Is.EqualTo(expected));
    }

    [TestCase(12, 12)]
    [TestCase(25, 12)]
    [TestCase(11, 8)]
    [TestCase(7, 4)]
    [TestCase(3, 2)]
    [TestCase(1, 1)]
    public void HeightFor_RowsLeft_IsTheTallestTileThatFits(int rowsLeft, int expected) =>
        Assert.That(TileKernel.HeightFor(rowsLeft), Is.EqualTo(expected));

    // Columns beyond the panel are in the array too: they must keep their value.
    private static float[] Start(int height) => TestData.Uniform(3, height * Stride);

    private static void Run(int height, int depth, bool accumulate, float[] result, bool specification)
    {
        fixed (float* a = TestData.Uniform(1, Math.Max(1, depth * height)))
        fixed (float* b = TestData.Uniform(2, Math.Max(1, depth * TileKernel.Columns)))
        fixed (float* initial = TestData.Uniform(4, TileKernel.Columns))
        fixed (float* c = result)
        {
            var tile = new TileArguments
            {
                A = a,
                AStep = height,
                B = b,
                BStep = TileKernel.Columns,
                Depth = depth,
                Initial = initial,
                C = c,
                CStep = Stride,
                Accumulate = accumulate,
            };
            if (specification)
            {
                TileScalar.Multiply(height, TileKernel.Columns, tile);
            }
            else
            {
                TileKernel.Multiply(height, tile);
            }
        }
    }
}
