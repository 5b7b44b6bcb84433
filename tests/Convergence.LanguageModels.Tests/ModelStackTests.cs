using Convergence.LanguageModels.Tasks;
using Convergence.LanguageModels.Tests.Architectures;
using Convergence.LanguageModels.Tests.Tokenizers;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests;

/// <summary>Models side by side have, bit for bit, what each has alone.</summary>
public sealed class ModelStackTests
{
    private const int Members = 3;

    private readonly CpuDevice _device = new(2);

    [OneTimeTearDown]
    public void Release() => _device.Dispose();

    [Test, Combinatorial]
    public void ScoreAndPredict_SideBySide_AreTheBitsOfEachAlone(
        [Values("llama_tiny", "gpt2_tiny")] string name,
        [Values(2048, 60, 1)] int maxBatchRows,
        [Values(1 << 24, 2000, 1)] int maxBatchLogits)
    {
        using var stack = new TestStack(_device, Reference.PathOf(name), Members);
        var options = new LanguageModelOptions { MaxBatchRows = maxBatchRows, MaxBatchLogits = maxBatchLogits, MaxMembers = Members };
        using var together = LanguageModel.LoadMembers(_device, Sources(stack), "stack", options);
        var sequences = ToyModels.Sequences(9, together.Shape.VocabularySize, seed: 5);
        var first = sequences.Select((sequence, index) => 1 + (index * 7 % sequence.Length)).ToArray();
        var (scores, tokens) = Results(together, sequences, first);
        var logits = together.Logits(sequences[0]);
        for (var member = 0; member < Members; member++)
        {
            using var alone = LanguageModel.Load(_device, stack.Config, stack.Weights[member], "alone");
            var (ownScores, ownTokens) = Results(alone, sequences, first);
            Assert.That(Part(scores, member), Is.EqualTo(ownScores), $"scores of {member}");
            Assert.That(Part(tokens, member), Is.EqualTo(ownTokens), $"predictions of {member}");
            Assert.That(Part(logits, member), Is.EqualTo(alone.Logits(sequences[0])), $"logits of {member}");
        }
    }

    [Test]
    public void Reload_OfFewerOrMore_LeavesNothingOfTheOnesBefore()
    {
        using var stack = new TestStack(_device, Reference.PathOf("llama_tiny"), Members);
        var sources = Sources(stack);
        var options = new LanguageModelOptions { MaxMembers = Members };
        using var model = LanguageModel.Load(_device, stack.Config, stack.Weights[0], "stack", options);
        var sequences = ToyModels.Sequences(4, model.Shape.VocabularySize, seed: 6);
        int[] first = [1, 1, 1, 1];
        var bytes = _device.AllocatedBytes;
        var expected = Enumerable.Range(0, Members).Select(member =>
        {
            model.Reload(stack.Config, stack.Weights[member]);
            return Results(model, sequences, first).Scores;
        }).ToArray();

        model.ReloadMembers([sources[2], sources[0]]);
        Assert.That(Results(model, sequences, first).Scores, Is.EqualTo(expected[2].Concat(expected[0])));
        model.ReloadMembers([sources[1], sources[2], sources[0]]);
        Assert.That(Results(model, sequences, first).Scores, Is.EqualTo(expected[1].Concat(expected[2]).Concat(expected[0])));
        Assert.That(() => model.ScoreTokens(sequences), Throws.InvalidOperationException, "asked of one alone");
        model.Reload(stack.Config, stack.Weights[1]);
        Assert.That(model.ScoreTokens(sequences).SelectMany(scores => scores), Is.EqualTo(expected[1]));
        Assert.That(() => model.ReloadMembers([.. sources, sources[0]]), Throws.InstanceOf<ArgumentException>(), "one too many");
        var other = TinyModels.Config(new TinyModelOptions());
        Assert.That(() => model.ReloadMembers([sources[0], new ModelSource(other, stack.Weights[1])]), Throws.ArgumentException);
        Assert.That(_device.AllocatedBytes - bytes, Is.LessThan(20 << 20), "weights lie where the first ones lay; logits and activations");
    }

    [Test]
    public void EvaluateMembers_OneOfThemBroken_LeavesTheOthersTheirScores()
    {
        using var directory = new TemporaryDirectory();
        var path = TinyModels.Write(directory.Combine("model"), new TinyModelOptions { VocabularySize = 258, DType = DType.BF16 }, seed: 4);
        using var stack = new TestStack(_device, path, Members);
        using var broken = Broken(stack.Weights[1]);
        ModelSource[] sources = [Sources(stack)[0], new(stack.Config, broken), Sources(stack)[2]];
        var options = new LanguageModelOptions { MaxMembers = Members, MaxBatchLogits = 900, RefuseNonFiniteWeights = false };
        using var together = LanguageModel.LoadMembers(_device, sources, "stack", options);
        foreach (var (task, completes) in Tasks(directory).SelectMany(task => new[] { (task, false), (task, true) }))
        {
            var evaluation = new EvaluationOptions { CompletesGenerations = completes };
            var results = new TaskEvaluator(together, evaluation).EvaluateMembers(task);
            Assert.That(results, Has.Length.EqualTo(Members));
            Assert.That(double.IsNaN(results[1].Value), Is.EqualTo(task.Task.Kind != TaskKind.ExactMatch), task.Task.Name);
            for (var member = 0; member < Members; member += 2)
            {
                using var alone = LanguageModel.Load(_device, stack.Config, stack.Weights[member], "alone");
                var expected = new TaskEvaluator(alone, evaluation).Evaluate(task);
                Assert.That(results[member].PerExample, Is.EqualTo(expected.PerExample), $"{task.Task.Name} of {member}");
                Assert.That(results[member].Metrics, Is.EqualTo(expected.Metrics));
                Assert.That(results[member].ScoredTokenCount, Is.EqualTo(expected.ScoredTokenCount));
                Assert.That(results[member].TruncatedCount, Is.EqualTo(expected.TruncatedCount));
            }
        }
    }

    private static ModelSource[] Sources(TestStack stack) => [.. stack.Weights.Select(weights => new ModelSource(stack.Config, weights))];

    private static T[] Part<T>(T[] results, int member) =>
        results[(member * results.Length / Members)..((member + 1) * results.Length / Members)];

    private static (float[] Scores, int[] Tokens) Results(LanguageModel model, int[][] sequences, int[] first)
    {
        var scored = sequences.Zip(first, (sequence, from) => sequence.Length - from).Sum();
        var scores = new float[model.MemberCount * scored];
        var tokens = new int[model.MemberCount * (scored + sequences.Length)];
        model.ScoreTokens(sequences, first, scores);
        model.PredictTokens(sequences, first, tokens);
        return (scores, tokens);
    }

    private static PreparedTask[] Tasks(TemporaryDirectory directory)
    {
        File.WriteAllLines(directory.Combine("text.jsonl"), ["""{"ids": [5, 6, 7, 20, 9, 11]}""", """{"ids": [3, 40, 7, 2]}"""]);
        File.WriteAllLines(
            directory.Combine("choices.jsonl"),
            ["""{"prompt": "ab", "choices": ["c", "dd"], "answer": 0}""", """{"prompt": "b", "choices": ["ef", "c"], "answer": 1}"""]);
        File.WriteAllLines(
            directory.Combine("exact.jsonl"), ["""{"prompt": "ab", "completion": "c"}""", """{"prompt": "k", "completion": "lm"}"""]);
        var text = """
            tasks:
              - {name: text, kind: perplexity, data: text.jsonl, keep_tail: true}
              - {name: choices, kind: multiple_choice, data: choices.jsonl}
              - {name: exact, kind: exact_match, data: exact.jsonl, max_new_tokens: 4}
            """;
        var tokenizer = new ModelTokenizer(TokenizerJson.Load(TokenizerJson.ByteLevelWithBos()), BosToken: 256, [257]);
        return [.. TaskFile.Parse(text, "tasks.yaml", directory.Path).Select(task => PreparedTask.Prepare(task, tokenizer, 64))];
    }

    private TensorSet Broken(ITensorSource weights)
    {
        var broken = new TensorSet();
        foreach (var name in weights.Names)
        {
            weights.TryGet(name, out var tensor);
            var copy = HostTensor.Allocate(tensor!.DType, tensor.Shape);
            var values = new float[tensor.ElementCount];
            _device.Read(tensor, values);
            if (name == "model.norm.weight")
            {
                values[0] = float.NaN;
            }

            _device.Write(values, copy);
            broken.Add(name, copy);
        }

        return broken;
    }
}
