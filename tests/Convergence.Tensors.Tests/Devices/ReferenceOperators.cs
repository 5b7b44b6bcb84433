using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices;

/// <summary>The operators of a forward pass as their formulas say, element by element in float64. Matrices are row-major arrays.</summary>
internal static class ReferenceOperators
{
    public static double[] MatMul(float[] input, float[] weight, float[]? bias, int rows, int inputs, int outputs)
    {
        var result = new double[rows * outputs];
        for (var row = 0; row < rows; row++)
        {
            for (var output = 0; output < outputs; output++)
            {
                double sum = bias?[output] ?? 0;
                for (var k = 0; k < inputs; k++)
                {
                    sum += (double)input[(row * inputs) + k] * weight[(output * inputs) + k];
                }

                result[(row * outputs) + output] = sum;
            }
        }

        return result;
    }

    public static double[] RmsNorm(float[] input, float[] weight, float epsilon, int rows)
    {
        var columns = weight.Length;
        var result = new double[input.Length];
        for (var row = 0; row < rows; row++)
        {
            var values = input.AsSpan(row * columns, columns);
            double squares = 0;
            foreach (var value in values)
            {
                squares += (double)value * value;
            }

            var scale = 1 / Math.Sqrt((squares / columns) + epsilon);
            for (var column = 0; column < columns; column++)
            {
                result[(row * columns) + column] = values[column] * scale * weight[column];
            }
        }

        return result;
    }

    public static double[] LayerNorm(float[] input, float[] weight, float[] bias, float epsilon, int rows)
    {
        var columns = weight.Length;
        var result = new double[input.Length];
        for (var row = 0; row < rows; row++)
        {
            var values = input.Skip(row * columns).Take(columns).Select(value => (double)value).ToArray();
            var mean = values.Average();
            var variance = values.Average(value => (value - mean) * (value - mean));
            for (var column = 0; column < columns; column++)
            {
                result[(row * columns) + column] =
                    ((values[column] - mean) / Math.Sqrt(variance + epsilon) * weight[column]) + bias[column];
            }
        }

        return result;
    }

    public static double[] Rope(float[] heads, int[] positions, float[] cosines, float[] sines, int headSize, int columns)
    {
        var half = headSize / 2;
        var result = new double[heads.Length];
        for (var index = 0; index < heads.Length; index++)
        {
            var (row, column) = (index / columns, index % columns);
            var feature = column % headSize;
            var angle = (positions[row] * half) + (feature % half);
            var partner = feature < half ? -heads[index + half] : heads[index - half];
            result[index] = ((double)heads[index] * cosines[angle]) + ((double)partner * sines[angle]);
        }

        return result;
    }

    public static double[] Attention(
        float[] query, float[] key, float[] value, AttentionSpan[] sequences, AttentionShape shape)
    {
        var width = shape.HeadCount * shape.HeadSize;
        var keyWidth = shape.KeyValueHeadCount * shape.HeadSize;
        var result = new double[query.Length];
        foreach (var span in sequences)
        {
            for (var j = 0; j < span.QueryCount; j++)
            {
                for (var head = 0; head < shape.HeadCount; head++)
                {
                    var queryStart = ((span.FirstQuery + j) * width) + (head * shape.HeadSize);
                    var keyColumn = head / (shape.HeadCount / shape.KeyValueHeadCount) * shape.HeadSize;
                    var visible = span.KeyCount - span.QueryCount + j + 1;
                    var scores = new double[visible];
                    for (var k = 0; k < visible; k++)
                    {
                        var keyStart = ((span.FirstKey + k) * keyWidth) + keyColumn;
                        for (var i = 0; i < shape.HeadSize; i++)
                        {
                            scores[k] += (double)query[queryStart + i] * key[keyStart + i] * shape.Scale;
                        }
                    }

                    var largest = scores.Max();
                    var sum = scores.Sum(score => Math.Exp(score - largest));
                    for (var k = 0; k < visible; k++)
                    {
                        var share = Math.Exp(scores[k] - largest) / sum;
                        var valueStart = ((span.FirstKey + k) * keyWidth) + keyColumn;
                        for (var i = 0; i < shape.HeadSize; i++)
                        {
                            result[queryStart + i] += share * value[valueStart + i];
                        }
                    }
                }
            }
        }

        return result;
    }

    public static double SwiGlu(float gate, float up) => gate / (1 + Math.Exp(-(double)gate)) * up;

    public static double GeluTanh(double x) => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    public static double GeluExact(double x) => x / 2 * MathNet.Numerics.SpecialFunctions.Erfc(-x / Math.Sqrt(2));

    public static double LogProbability(ReadOnlySpan<float> logits, int target)
    {
        double largest = double.NegativeInfinity;
        foreach (var logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        double sum = 0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return logits[target] - largest - Math.Log(sum);
    }
}
