using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.GpuBench.Checks;

// Operators that take row by row.
internal sealed partial class ForwardChecks
{
    private const int HeadSize = 64;
    private const int Positions = 20;

    private void CheckRows()
    {
        foreach (var width in Widths)
        {
            foreach (var type in WeightTypes)
            {
                var inputs = Text($"{Rows} x {width}, weights {type}");
                Compare(nameof(TransformerKernels.RmsNorm), inputs, Tolerance, on => Norm(on, type, width, isLayerNorm: false));
                Compare(nameof(TransformerKernels.LayerNorm), inputs, Tolerance, on => Norm(on, type, width, isLayerNorm: true));
            }

            Compare(nameof(TransformerKernels.SwiGlu), Text($"{Rows} x {width}"), Tolerance, on =>
            {
                using var input = Matrix(on, 1, Rows, 2 * width);
                using var output = Matrix(on, 2, Rows, width);
                on.Transformer.SwiGlu(MatrixView.Of(input), MatrixView.Of(output));
                return Read(on, output);
            });
            foreach (var form in Enum.GetValues<GeluForm>())
            {
                Compare(nameof(TransformerKernels.Gelu), Text($"{Rows} x {width}, {form}"), Tolerance, on =>
                {
                    using var values = Matrix(on, 1, Rows, width);
                    on.Transformer.Gelu(MatrixView.Of(values), form);
                    return Read(on, values);
                });
            }
        }

        Compare(nameof(TransformerKernels.Rope), Text($"{Rows} x {3 * HeadSize}, heads of {HeadSize}"), Tolerance, Turn);
    }

    private static float[] Norm(ComputeDevice on, DType type, int width, bool isLayerNorm)
    {
        using var input = Matrix(on, 1, Rows, width);
        using var output = Matrix(on, 2, Rows, width);
        using var weight = Tensor(on, type, 3, new TensorShape(width));
        if (isLayerNorm)
        {
            using var bias = Tensor(on, type, 4, new TensorShape(width));
            on.Transformer.LayerNorm(MatrixView.Of(input), weight, bias, 1e-5f, MatrixView.Of(output));
        }
        else
        {
            on.Transformer.RmsNorm(MatrixView.Of(input), weight, 1e-5f, MatrixView.Of(output));
        }

        return Read(on, output);
    }

    private static float[] Turn(ComputeDevice on)
    {
        using var cosines = Matrix(on, 2, Positions, HeadSize / 2);
        using var sines = Matrix(on, 3, Positions, HeadSize / 2);
        using var heads = Matrix(on, 1, Rows, 3 * HeadSize);
        on.Transformer.Rope(MatrixView.Of(heads), Spread(Rows, Positions), cosines, sines, HeadSize);
        return Read(on, heads);
    }

    private void CheckMoves()
    {
        foreach (var width in Widths)
        {
            foreach (var type in WeightTypes)
            {
                foreach (var accumulate in (bool[])[false, true])
                {
                    var inputs = Text($"{Rows} of 11 x {width} {type}{(accumulate ? ", added" : "")}");
                    Compare(nameof(TransformerKernels.Embed), inputs, tolerance: 0, on =>
                    {
                        using var table = Tensor(on, type, 1, new TensorShape(11, width));
                        using var output = Matrix(on, 2, Rows, width);
                        on.Transformer.Embed(table, Spread(Rows, 11), MatrixView.Of(output), accumulate);
                        return Read(on, output);
                    });
                }
            }

            Compare("GatherRows, ScatterRows", Text($"{Rows} x {width}"), tolerance: 0, on =>
            {
                using var source = Matrix(on, 1, Rows, width);
                using var picked = Matrix(on, 2, 4, width);
                using var target = Matrix(on, 3, Rows, width);
                on.Transformer.GatherRows(MatrixView.Of(source), [4, 0, 36, 2], MatrixView.Of(picked));
                on.Transformer.ScatterRows(MatrixView.Of(picked), [1, 30, 7, 0], MatrixView.Of(target));
                return Read(on, target);
            });
        }
    }

    private void CheckScores()
    {
        foreach (var width in Widths)
        {
            Compare(nameof(TransformerKernels.LogProbabilities), Text($"{Rows} x {width}"), Tolerance, on =>
            {
                using var logits = Matrix(on, 1, Rows, width);
                var scores = new float[Rows];
                on.Transformer.LogProbabilities(MatrixView.Of(logits), Spread(Rows, width), scores);
                return scores;
            });
            Compare(nameof(TransformerKernels.ArgMax), Text($"{Rows} x {width}"), tolerance: 0, on =>
            {
                using var logits = Matrix(on, 1, Rows, width);
                var indices = new int[Rows];
                on.Transformer.ArgMax(MatrixView.Of(logits), indices);
                return Array.ConvertAll(indices, index => (float)index);
            });
        }
    }

    // Numbers below an end, one for each row.
    private static int[] Spread(int count, int end) => [.. Enumerable.Range(0, count).Select(row => row * 7 % end)];
}
