using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.EvoMerge.Tests.Merging;

/// <summary>
/// A forward pass of Llama's kind written down plainly, in float64, over a path of layers from several models,
/// with the residual stream scaled before each of them: what a folded data flow must agree with.
/// </summary>
internal sealed class ScaledStreamReference(TinyModelOptions options)
{
    /// <summary>The logits after each token.</summary>
    /// <param name="outer">Lends embedding, final norm and head.</param>
    /// <param name="path">Layers in order, each with the factor of what flows into it.</param>
    /// <param name="tokens">The input.</param>
    public double[][] Logits(ITensorSource outer, IEnumerable<(ITensorSource Model, int Layer, double Scale)> path, int[] tokens)
    {
        var embedding = Read(outer, "model.embed_tokens.weight");
        var stream = Array.ConvertAll(tokens, token => Row(embedding, token, options.HiddenSize));
        foreach (var (model, layer, scale) in path)
        {
            double[] Weights(string name) => Read(model, $"model.layers.{layer}.{name}.weight");
            stream = Array.ConvertAll(stream, hidden => Array.ConvertAll(hidden, value => scale * value));
            var attention = Attention(Normalize(stream, Weights("input_layernorm")), Weights);
            stream = Add(stream, attention);
            stream = Add(stream, Mlp(Normalize(stream, Weights("post_attention_layernorm")), Weights));
        }

        return Array.ConvertAll(Normalize(stream, Read(outer, "model.norm.weight")), hidden => Multiply(embedding, hidden));
    }

    private double[][] Attention(double[][] hidden, Func<string, double[]> weights)
    {
        var queries = Array.ConvertAll(hidden, row => Multiply(weights("self_attn.q_proj"), row));
        var keys = Array.ConvertAll(hidden, row => Multiply(weights("self_attn.k_proj"), row));
        var values = Array.ConvertAll(hidden, row => Multiply(weights("self_attn.v_proj"), row));
        var size = options.HeadSize;
        for (var position = 0; position < hidden.Length; position++)
        {
            Rotate(queries[position], position);
            Rotate(keys[position], position);
        }

        return [.. Enumerable.Range(0, hidden.Length).Select(position =>
        {
            var mixed = new double[options.HiddenSize];
            for (var head = 0; head < options.HeadCount; head++)
            {
                var shared = head * options.KeyValueHeadCount / options.HeadCount;
                var scores = Enumerable.Range(0, position + 1).Select(other => Math.Exp(
                    Enumerable.Range(0, size)
                        .Sum(i => queries[position][(head * size) + i] * keys[other][(shared * size) + i]) / Math.Sqrt(size))).ToArray();
                for (var i = 0; i < size; i++)
                {
                    mixed[(head * size) + i] =
                        scores.Select((score, other) => score * values[other][(shared * size) + i]).Sum() / scores.Sum();
                }
            }

            return Multiply(weights("self_attn.o_proj"), mixed);
        })];
    }

    private static double[][] Mlp(double[][] hidden, Func<string, double[]> weights) => Array.ConvertAll(hidden, row =>
    {
        var gate = Multiply(weights("mlp.gate_proj"), row);
        var up = Multiply(weights("mlp.up_proj"), row);
        return Multiply(weights("mlp.down_proj"), [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)]);
    });

    // Rotary positions: element i turns with element i + half a head.
    private void Rotate(double[] row, int position)
    {
        var half = options.HeadSize / 2;
        for (var start = 0; start < row.Length; start += options.HeadSize)
        {
            for (var i = start; i < start + half; i++)
            {
                var (sine, cosine) = Math.SinCos(position * Math.Pow(options.RopeTheta, -2.0 * (i - start) / options.HeadSize));
                (row[i], row[i + half]) = ((row[i] * cosine) - (row[i + half] * sine), (row[i + half] * cosine) + (row[i] * sine));
            }
        }
    }

    private double[][] Normalize(double[][] rows, double[] weight) => Array.ConvertAll(rows, row =>
    {
        var root = Math.Sqrt((row.Sum(value => value * value) / row.Length) + options.RmsNormEpsilon);
        return row.Zip(weight, (value, factor) => value / root * factor).ToArray();
    });

    private static double[][] Add(double[][] a, double[][] b) => [.. a.Zip(b, (x, y) => x.Zip(y, (left, right) => left + right).ToArray())];

    private static double[] Multiply(double[] matrix, double[] vector) =>
        [.. Enumerable.Range(0, matrix.Length / vector.Length)
            .Select(row => Row(matrix, row, vector.Length).Zip(vector, (left, right) => left * right).Sum())];

    private static double[] Row(double[] matrix, int row, int size) => matrix.AsSpan(row * size, size).ToArray();

    private static double[] Read(ITensorSource model, string name)
    {
        Assert.That(model.TryGet(name, out var tensor), name);
        using var device = new CpuDevice(1);
        var values = new float[tensor!.ElementCount];
        device.Read(tensor, values);
        return Array.ConvertAll(values, value => (double)value);
    }
}
