using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests;

public sealed class LanguageModelTests
{
    private readonly CpuDevice _device = new(2);

    [OneTimeTearDown]
    public void Release() => _device.Dispose();

    [Test]
    public void ScoreTokens_AreTheLogSoftmaxOfTheLogitsBefore()
    {
        using var model = ToyModels.Random(_device);
        var tokens = ToyModels.Sequences(1, model.Shape.VocabularySize, seed: 3)[0];
        var logits = model.Logits(tokens);
        var scores = model.ScoreTokens([tokens])[0];
        Assert.That(scores, Has.Length.EqualTo(tokens.Length - 1));
        for (var index = 0; index < scores.Length; index++)
        {
            // Row i predicts token i + 1.
            var row = logits.AsSpan(index * model.Shape.VocabularySize, model.Shape.VocabularySize).ToArray().Select(value => (double)value)
                .ToArray();
            var expected = row[tokens[index + 1]] - Math.Log(row.Sum(Math.Exp));
            Assert.That(scores[index], Is.EqualTo(expected).Within(1e-5));
        }
    }

    [Test]
    public void ScoreTokens_OfAModelThatCountsUp_IsHighOnlyWhereItCounts()
    {
        // Off by one in either direction, the wrong token would be scored.
        using var model = ToyModels.Bigram(_device, 32, (previous, next) => next == previous + 1 ? 20 : 0);
        var scores = model.ScoreTokens([[3, 4, 5, 9, 10, 2]])[0];
        Assert.Multiple(() =>
        {
            Assert.That(scores[0], Is.GreaterThan(-1e-3));
            Assert.That(scores[1], Is.GreaterThan(-1e-3));
            Assert.That(scores[2], Is.LessThan(-19));
            Assert.That(scores[3], Is.GreaterThan(-1e-3));
            Assert.That(scores[4], Is.LessThan(-19));
        });
    }

    [TestCase(2048, 1 << 24)]
    [TestCase(50, 1 << 24)]
    [TestCase(1, 1 << 24)]
    [TestCase(200, 300)]
    public void ScoreTokens_InABatch_AreTheSameBitsAsAlone(int maxBatchRows, int maxBatchLogits)
    {
        var options = new LanguageModelOptions { MaxBatchRows = maxBatchRows, MaxBatchLogits = maxBatchLogits };
        using var model = ToyModels.Random(_device, options: options);
        using var single = ToyModels.Random(_device);
        var sequences = ToyModels.Sequences(17, model.Shape.VocabularySize, seed: 4);
        var batched = model.ScoreTokens(sequences);
        Assert.Multiple(() =>
        {
            for (var index = 0; index < sequences.Length; index++)
            {
                Assert.That(batched[index], Is.EqualTo(single.ScoreTokens([sequences[index]])[0]));
            }
        });
    }

    [Test]
    public void ScoreTokens_OfEnds_AreTheEndsOfTheWholes()
    {
        using var model = ToyModels.Random(_device);
        var sequences = ToyModels.Sequences(9, model.Shape.VocabularySize, seed: 5);
        var first = sequences.Select((sequence, index) => 1 + (index * 7 % sequence.Length)).ToArray();
        var whole = model.ScoreTokens(sequences);
        var expected = sequences.SelectMany((sequence, index) => whole[index][(first[index] - 1)..]).ToArray();
        var ends = new float[expected.Length];
        model.ScoreTokens(sequences, first, ends);
        Assert.That(ends, Is.EqualTo(expected));
    }

    [Test]
    public void PredictTokens_AreTheLikeliestOfTheLogits()
    {
        using var model = ToyModels.Random(_device);
        var sequences = ToyModels.Sequences(5, model.Shape.VocabularySize, seed: 6);
        var expected = new List<int>();
        foreach (var sequence in sequences)
        {
            var rows = model.Logits(sequence).Chunk(model.Shape.VocabularySize).Skip(1);
            expected.AddRange(rows.Select(row => Array.IndexOf(row, row.Max())));
        }

        var predictions = new int[expected.Count];
        model.PredictTokens(sequences, [2, 2, 2, 2, 2], predictions);
        Assert.That(predictions, Is.EqualTo(expected));
    }

    [Test]
    public void ScoreTokens_OneTokenOrNone_GivesNothing()
    {
        using var model = ToyModels.Random(_device);
        var scores = model.ScoreTokens([[5], [], [5, 6]]);
        Assert.That(scores.Select(row => row.Length), Is.EqualTo(new[] { 0, 0, 1 }));
    }

    [Test]
    public void Reload_OtherWeights_IsAsIfLoadedAnew()
    {
        var sequences = ToyModels.Sequences(4, 96, seed: 7);
        var shape = new TinyModelOptions();
        using var model = ToyModels.Random(_device, seed: 1);
        using var other = ToyModels.Random(_device, seed: 2);
        model.ScoreTokens(sequences);
        var bytes = _device.AllocatedBytes;
        using var weights = TinyModels.Weights(shape, 2);
        model.Reload(TinyModels.Config(shape), weights);
        Assert.Multiple(() =>
        {
            Assert.That(_device.AllocatedBytes, Is.EqualTo(bytes), "buffers are reused");
            Assert.That(model.ScoreTokens(sequences), Is.EqualTo(other.ScoreTokens(sequences)));
        });
    }

    [TestCase(1)]
    [TestCase(3)]
    public void Reload_AnotherDepth_IsAsIfLoadedAnew(int layerCount)
    {
        var sequences = ToyModels.Sequences(4, 96, seed: 8);
        var shape = new TinyModelOptions { LayerCount = layerCount };
        using var model = ToyModels.Random(_device, seed: 1);
        using var other = ToyModels.Random(_device, seed: 2, shape);
        using var weights = TinyModels.Weights(shape, 2);
        model.Reload(TinyModels.Config(shape), weights);
        Assert.Multiple(() =>
        {
            Assert.That(model.Shape.LayerCount, Is.EqualTo(layerCount));
            Assert.That(model.ScoreTokens(sequences), Is.EqualTo(other.ScoreTokens(sequences)));
        });
    }

    [Test]
    public void Reload_AnotherWidthOrType_IsAsIfLoadedAnew()
    {
        var sequences = ToyModels.Sequences(4, 80, seed: 9);
        var shape = new TinyModelOptions { VocabularySize = 80, HiddenSize = 48, DType = DType.BF16, TiedHead = false };
        using var model = ToyModels.Random(_device, seed: 1);
        model.ScoreTokens(sequences);
        using var other = ToyModels.Random(_device, seed: 2, shape);
        using var weights = TinyModels.Weights(shape, 2);
        model.Reload(TinyModels.Config(shape), weights);
        Assert.That(model.ScoreTokens(sequences), Is.EqualTo(other.ScoreTokens(sequences)));
    }

    [Test]
    public void ScoreTokens_InTheSteadyState_AllocatesLittle()
    {
        using var model = ToyModels.Random(_device);
        var sequences = ToyModels.Sequences(40, model.Shape.VocabularySize, seed: 10);
        var first = Enumerable.Repeat(1, sequences.Length).ToArray();
        var scores = new float[sequences.Sum(sequence => sequence.Length - 1)];
        for (var warmUp = 0; warmUp < 3; warmUp++)
        {
            model.ScoreTokens(sequences, first, scores);
        }

        var deviceBytes = _device.AllocatedBytes;
        var managedBytes = GC.GetAllocatedBytesForCurrentThread();
        model.ScoreTokens(sequences, first, scores);
        managedBytes = GC.GetAllocatedBytesForCurrentThread() - managedBytes;
        TestContext.Out.WriteLine($"{scores.Length} tokens scored with {managedBytes} managed bytes");
        Assert.Multiple(() =>
        {
            Assert.That(_device.AllocatedBytes, Is.EqualTo(deviceBytes));
            Assert.That(managedBytes, Is.LessThan(16 * 1024), "what kernels need to share work out, per operator and not per token");
        });
    }

    [Test]
    public void ScoreTokens_TokenOutsideTheVocabulary_IsAClearError()
    {
        using var model = ToyModels.Random(_device);
        Assert.Multiple(() =>
        {
            Assert.That(
                () => model.ScoreTokens([[1, 2], [3, 96]]),
                Throws.TypeOf<LanguageModelException>().With.Message.Contains("token 96").And.Message.Contains("sequence 1")
                    .And.Message.Contains("95"));
            Assert.That(() => model.ScoreTokens([[-1, 2]]), Throws.TypeOf<LanguageModelException>());
        });
    }

    [Test]
    public void ScoreTokens_BeyondTheContext_IsAClearError()
    {
        using var model = ToyModels.Random(_device);
        Assert.That(
            () => model.ScoreTokens([new int[65]]),
            Throws.TypeOf<LanguageModelException>().With.Message.Contains("65 tokens").And.Message.Contains("64"));
    }

    [Test]
    public void Dispose_ReturnsAllMemory()
    {
        var bytes = _device.AllocatedBytes;
        using (var model = ToyModels.Random(_device))
        {
            model.ScoreTokens(ToyModels.Sequences(4, 96, seed: 1));
            model.Generate([[1, 2]], new LanguageModels.Generation.GenerationOptions { MaxNewTokens = 4 });
            Assert.That(_device.AllocatedBytes, Is.GreaterThan(bytes));
        }

        Assert.That(_device.AllocatedBytes, Is.EqualTo(bytes));
    }

    [Test]
    public void Shape_CountsParametersAndOperations()
    {
        using var model = ToyModels.Random(_device);
        var shape = model.Shape;
        var options = new TinyModelOptions();
        var parameters = TinyModels.Shapes(options).Sum(tensor => tensor.Shape.ElementCount);
        var matrices = TinyModels.Shapes(options).Where(tensor => tensor.Shape.Rank == 2).Sum(tensor => tensor.Shape.ElementCount);
        Assert.Multiple(() =>
        {
            Assert.That(shape.ParameterCount, Is.EqualTo(parameters));

            // Each weight of a matrix is used once a token (the tied embedding by the head), and each key takes part twice.
            Assert.That(shape.CountedOperations(10), Is.EqualTo(matrices + (2 * 2 * 32 * 10)));
            Assert.That(
                shape.CountedSequenceOperations(7, 3),
                Is.EqualTo(Enumerable.Range(1, 7).Sum(length => shape.CountedOperations(length, withLogits: length > 4))));
            Assert.That(model.WeightByteCount, Is.GreaterThanOrEqualTo(4 * parameters));
        });
    }

    [Test]
    public void Load_Qwen2Biases_AreUsed()
    {
        var shape = new TinyModelOptions();
        using var weights = TinyModels.Weights(shape, 1);
        var config = TinyModels.Config(shape);
        config["architectures"] = new JsonArray("Qwen2ForCausalLM");
        foreach (var (name, length, value) in new[] { ("q", 32, 0.3f), ("k", 16, 0.2f), ("v", 16, 0.4f) })
        {
            for (var layer = 0; layer < 2; layer++)
            {
                var bias = new float[length];
                Array.Fill(bias, value);
                weights.Add($"model.layers.{layer}.self_attn.{name}_proj.bias", HostTensor.From(bias, new TensorShape(length)));
            }
        }

        using var model = LanguageModel.Load(_device, config, weights, "qwen");
        using var plain = ToyModels.Random(_device);
        int[] tokens = [1, 2, 3, 4, 5];
        Assert.That(Architectures.Reference.LargestDifference(model.Logits(tokens), plain.Logits(tokens)), Is.GreaterThan(1e-3f));
    }
}
