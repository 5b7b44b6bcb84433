using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Devices;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests;

/// <summary>Models whose predictions are known exactly.</summary>
internal static class ToyModels
{
    /// <summary>
    /// A model that knows only the token before: logits[next] = score(previous, next). Embeddings are unit vectors and both blocks of
    /// its one layer add nothing, so the final norm gives sqrt(vocabulary) times a unit vector and the head reads a row of scores.
    /// </summary>
    public static LanguageModel Bigram(
        ComputeDevice device, int vocabularySize, Func<int, int, float> score, LanguageModelOptions? options = null, int maxPositions = 512)
    {
        var shape = new TinyModelOptions
        {
            VocabularySize = vocabularySize,
            HiddenSize = vocabularySize,
            IntermediateSize = 4,
            LayerCount = 1,
            HeadCount = 1,
            KeyValueHeadCount = 1,
            MaxPositions = maxPositions,
            TiedHead = false,
            RmsNormEpsilon = 1e-12,
        };
        using var weights = new TensorSet();
        foreach (var (name, extents) in TinyModels.Shapes(shape))
        {
            var values = new float[extents.ElementCount];
            if (extents.Rank == 1)
            {
                Array.Fill(values, 1);
            }
            else if (name is "model.embed_tokens.weight" or "lm_head.weight")
            {
                var isHead = name == "lm_head.weight";
                var gain = MathF.Sqrt(vocabularySize);
                for (var row = 0; row < vocabularySize; row++)
                {
                    for (var column = 0; column < vocabularySize; column++)
                    {
                        var value = isHead ? score(column, row) / gain : row == column ? 1 : 0;
                        values[(row * vocabularySize) + column] = value;
                    }
                }
            }

            weights.Add(name, HostTensor.From(values, extents));
        }

        return LanguageModel.Load(device, TinyModels.Config(shape), weights, "bigram", options);
    }

    /// <summary>A model without any preference: all weights are zero.</summary>
    public static LanguageModel Uniform(ComputeDevice device, int vocabularySize) =>
        Bigram(device, vocabularySize, (_, _) => 0);

    /// <summary>A random model of the tests' usual shape.</summary>
    public static LanguageModel Random(
        ComputeDevice device, ulong seed = 1, TinyModelOptions? shape = null,
        LanguageModelOptions? options = null, Action<JsonObject>? change = null)
    {
        shape ??= new TinyModelOptions();
        using var weights = TinyModels.Weights(shape, seed);
        var config = TinyModels.Config(shape);
        change?.Invoke(config);
        return LanguageModel.Load(device, config, weights, "tiny", options);
    }

    /// <summary>Sequences of different lengths, a function of the seed.</summary>
    public static int[][] Sequences(int count, int vocabularySize, int seed, int longest = 40)
    {
        var random = new System.Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Tokens(random.Next(2, longest + 1)))];

        int[] Tokens(int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(vocabularySize))];
    }
}
