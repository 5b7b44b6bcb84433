using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices;

// Several models of one shape in one call: every run of rows has the bits that it has with its model's weights alone.
public abstract partial class TransformerKernelsContract
{
    private const int Members = 3;

    [Test, Combinatorial]
    public void MatMul_Stack_GivesEachModelWhatItHasAlone(
        [Values] WeightLayout layout, [Values] bool withBias, [Values] bool accumulate, [Values(1, 37)] int rows)
    {
        const int Inputs = 75, Outputs = 41;
        var (values, held) = (TestData.Uniform(1, Members * rows * Inputs), TestData.Uniform(2, Members * rows * Outputs));
        var biases = TestData.Uniform(3, Members * Outputs);
        using var bias = withBias ? Upload(DType.BF16, biases, out _, Members * Outputs) : null;
        using var input = Matrix(Members * rows, Inputs, values);
        using var together = Matrix(Members * rows, Outputs, held);
        using var alone = Matrix(Members * rows, Outputs, held);
        PackedMatrix? stack = null;
        for (var member = 0; member < Members; member++)
        {
            var extents = layout == WeightLayout.OutputByInput ? (Outputs, Inputs) : (Inputs, Outputs);
            using var weight = Upload(DType.BF16, TestData.Uniform(4 + member, Outputs * Inputs), out _, extents.Item1, extents.Item2);
            stack = Kernels.Pack([weight], layout, stack, member, Members);
            using var packed = Kernels.Pack([weight], layout);
            var own = bias?.Slice(member * Outputs, Outputs);
            Kernels.MatMul(input.View.Run(member, Members), packed, own, alone.View.Run(member, Members), accumulate);
        }

        using (stack)
        {
            Kernels.MatMul(input.View, stack!, bias, together.View, accumulate);
            AssertSameBits(together.Read(), alone.Read());
        }
    }

    [Test]
    public void MatMul_SomeOfAStack_GivesTheseModelsWhatTheyHaveAlone()
    {
        const int Rows = 5, Inputs = 33, Outputs = 40;
        using var input = Matrix(Members * Rows, Inputs, TestData.Uniform(1, Members * Rows * Inputs));
        using var together = Matrix(Members * Rows, Outputs);
        using var alone = Matrix(Members * Rows, Outputs, new float[Members * Rows * Outputs]);
        PackedMatrix? stack = null;
        for (var member = 0; member < Members; member++)
        {
            using var weight = Upload(TestData.Uniform(4 + member, Outputs * Inputs), Outputs, Inputs);
            stack = Kernels.Pack([weight], WeightLayout.OutputByInput, stack, member, Members);
        }

        using (stack)
        {
            Kernels.MatMul(input.View, stack!, null, together.View);
            Kernels.MatMul(LastTwo(input.View), stack!.Members(1, 2), null, LastTwo(alone.View));
            Kernels.MatMul(input.View.Run(0, Members), stack.Members(0, 2).Members(0, 1), null, alone.View.Run(0, Members));
        }

        AssertSameBits(alone.Read(), together.Read());

        static MatrixView LastTwo(MatrixView rows) => rows with { FirstRow = rows.FirstRow + Rows, RowCount = 2 * Rows };
    }

    [Test]
    public void Norms_Stack_GiveEachModelWhatItHasAlone([Values(1, 6)] int rows, [Values(1, 96, 133)] int columns)
    {
        using var weights = Upload(DType.BF16, TestData.Uniform(4, Members * columns), out _, Members * columns);
        using var biases = Upload(DType.F32, TestData.Uniform(5, Members * columns), out _, Members * columns);
        using var input = Matrix(Members * rows, columns, TestData.Uniform(6, Members * rows * columns, 3));
        using var together = Matrix(Members * rows, columns);
        using var alone = Matrix(Members * rows, columns);

        Kernels.RmsNorm(input.View, weights, 1e-5f, together.View);
        ForEachMember((run, own) => Kernels.RmsNorm(run(input), own(weights), 1e-5f, run(alone)));
        AssertSameBits(together.Read(), alone.Read(), "root mean square");

        Kernels.LayerNorm(input.View, weights, biases, 1e-5f, together.View);
        ForEachMember((run, own) => Kernels.LayerNorm(run(input), own(weights), own(biases), 1e-5f, run(alone)));
        AssertSameBits(together.Read(), alone.Read(), "layer");

        void ForEachMember(Action<Func<TestMatrix, MatrixView>, Func<DeviceTensor, DeviceTensor>> use)
        {
            for (var member = 0; member < Members; member++)
            {
                var place = member;
                use(matrix => matrix.View.Run(place, Members), stack => stack.Slice(place * columns, columns));
            }
        }
    }

    [Test]
    public void Stack_ThatDoesNotFit_Throws()
    {
        using var weight = Upload(TestData.Uniform(1, 12), 3, 4);
        using var stack = Kernels.Pack([weight], WeightLayout.OutputByInput, reuse: null, member: 1, memberCount: 2);
        using var input = Matrix(5, 4, new float[20]);
        using var output = Matrix(5, 3);
        using var norms = Upload(TestData.Uniform(1, 8), 8);
        using var bias = Upload(TestData.Uniform(1, 3), 3);
        var even = (Input: input.View with { RowCount = 4 }, Output: output.View with { RowCount = 4 });
        Assert.Multiple(() =>
        {
            Assert.That(() => Kernels.MatMul(input.View, stack, null, output.View), Throws.ArgumentException, "five rows of two models");
            Assert.That(() => Kernels.MatMul(even.Input, stack, bias, even.Output), Throws.ArgumentException, "one bias for two models");
            Assert.That(() => Kernels.RmsNorm(input.View, norms, 1e-5f, input.View), Throws.ArgumentException, "five rows of two models");
            Assert.That(() => Kernels.LayerNorm(even.Input, norms, bias, 1e-5f, even.Input), Throws.ArgumentException);
            Assert.That(() => stack.Members(1, 2), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => Kernels.Pack([weight], WeightLayout.OutputByInput, stack), Throws.ArgumentException, "one into a stack");
            Assert.That(
                () => Kernels.Pack([weight], WeightLayout.OutputByInput, stack, member: 2, memberCount: 2),
                Throws.InstanceOf<ArgumentException>());
        });
    }
}
