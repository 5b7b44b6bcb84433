using System.Collections.Immutable;
using Convergence.LanguageModels.Generation;
using Convergence.Tensors.Cpu;

namespace Convergence.LanguageModels.Tests.Generation;

public sealed class SequenceBatchTests
{
    private readonly CpuDevice _device = new(2);

    [OneTimeTearDown]
    public void Release() => _device.Dispose();

    // Sequences join in random groups, each with options of its own, and the first one leaves early: no other may notice.
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public void Step_WhoeverElseJoinsOrLeaves_IsTheSameAsAlone(int order)
    {
        using var model = ToyModels.Random(_device, options: new LanguageModelOptions { MaxBatchRows = 40 });
        var prompts = ToyModels.Sequences(12, model.Shape.VocabularySize, seed: 7, longest: 30);
        var options = prompts.Select((_, index) => MixedOptions(index)).ToArray();
        var alone = prompts.Select((prompt, index) => model.Generate([prompt], options[index])[0].Tokens).ToArray();
        using var batch = model.CreateSequenceBatch(4, 60);
        var random = new System.Random(order);
        var grown = new List<GrowingSequence>();
        while (grown.Count < prompts.Length || !batch.IsEmpty)
        {
            while (grown.Count < prompts.Length && batch.FreeSlotCount > 0 && random.Next(2) == 0)
            {
                grown.Add(batch.Add(prompts[grown.Count], options[grown.Count]));
            }

            batch.Step();
            if (grown is [{ Tokens.Count: 3 }, ..])
            {
                batch.Remove(grown[0]);
            }
        }

        Assert.Multiple(() =>
        {
            Assert.That(grown[0].Tokens, Is.EqualTo(alone[0].Take(3)));
            Assert.That(grown.Skip(1).Select(sequence => string.Join(' ', sequence.Tokens)),
                Is.EqualTo(alone.Skip(1).Select(tokens => string.Join(' ', tokens))));
            Assert.That(batch.FreeSlotCount, Is.EqualTo(4));
        });
    }

    [Test]
    public void Remove_BeforeTheFirstStep_FreesTheSlot()
    {
        using var model = ToyModels.Random(_device);
        using var batch = model.CreateSequenceBatch(2, 16);
        var options = new GenerationOptions { MaxNewTokens = 4 };
        var left = batch.Add([1], options);
        var stayed = batch.Add([2], options);
        batch.Remove(left);
        while (!batch.IsEmpty)
        {
            batch.Step();
        }

        Assert.That((left.Tokens.Count, stayed.Tokens.Count, batch.FreeSlotCount), Is.EqualTo((0, 4, 2)));
    }

    [Test]
    public void Add_WithoutRoom_IsRefused()
    {
        using var model = ToyModels.Random(_device);
        using var batch = model.CreateSequenceBatch(1, 8);
        Assert.That(() => batch.Add([1], new GenerationOptions { MaxNewTokens = 8 }), Throws.InvalidOperationException);
        batch.Add([1], new GenerationOptions { MaxNewTokens = 7 });
        Assert.That(() => batch.Add([1], new GenerationOptions { MaxNewTokens = 1 }), Throws.InvalidOperationException);
    }

    [Test]
    public void Add_BiasOfAnUnknownToken_IsAClearError()
    {
        using var model = ToyModels.Bigram(_device, 8, (_, _) => 0);
        using var batch = model.CreateSequenceBatch(1, 8);
        var options = new GenerationOptions { MaxNewTokens = 1, LogitBias = ImmutableDictionary<int, double>.Empty.Add(8, 1) };
        Assert.That(() => batch.Add([1], options), Throws.TypeOf<LanguageModelException>().With.Message.Contains("token 8"));
    }

    // After any token 1 is likeliest, 2 a little less and 3 less still, so that penalties decide when which is taken.
    [TestCase(0.0, 0.0, new[] { 1, 1, 1, 1, 1, 1 })]
    [TestCase(1.5, 0.0, new[] { 1, 2, 1, 1, 1, 1 })]
    [TestCase(0.0, 1.5, new[] { 1, 2, 1, 3, 2, 1 })]
    public void Generate_Penalties_WeighAgainstTokensThatWereAdded(double presence, double frequency, int[] expected)
    {
        using var model = ToyModels.Bigram(_device, 8, (_, next) => next switch { 1 => 6, 2 => 5, 3 => 4, _ => -20 });
        var options = new GenerationOptions { MaxNewTokens = 6, PresencePenalty = presence, FrequencyPenalty = frequency };
        Assert.That(model.Generate([[0]], options)[0].Tokens, Is.EqualTo(expected));
    }

    [Test]
    public void Generate_Bias_MayForceAToken()
    {
        using var model = ToyModels.Bigram(_device, 8, (_, next) => next == 1 ? 6 : 0);
        var options = new GenerationOptions { MaxNewTokens = 3, LogitBias = ImmutableDictionary<int, double>.Empty.Add(5, 100) };
        Assert.That(model.Generate([[0]], options)[0].Tokens, Is.EqualTo(new[] { 5, 5, 5 }));
    }

    [TestCase(0.0)]
    [TestCase(1.0)]
    public void LogProbabilities_AreThoseOfTheScorer(double temperature)
    {
        using var model = ToyModels.Random(_device);
        using var batch = model.CreateSequenceBatch(1, 40);
        var sequence = batch.Add([3, 1, 4],
            new GenerationOptions { MaxNewTokens = 12, Temperature = temperature, TopLogProbabilities = 3, FrequencyPenalty = 1 });
        while (!batch.IsEmpty)
        {
            batch.Step();
        }

        int[] all = [3, 1, 4, .. sequence.Tokens];
        var scores = model.ScoreTokens([all])[0];
        Assert.Multiple(() =>
        {
            for (var index = 0; index < 12; index++)
            {
                var kept = sequence.LogProbabilities[index];
                Assert.That(kept.Chosen, Is.EqualTo(scores[index + 2]).Within(1e-5));
                var logits = model.Logits(all.AsSpan(0, index + 3)).Chunk(model.Shape.VocabularySize).Last();
                var likeliest = Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).Take(3);
                Assert.That(kept.Top.Select(entry => entry.Token), Is.EqualTo(likeliest));
                Assert.That(kept.Top.Select(entry => entry.LogProbability), Is.Ordered.Descending);
            }
        });
    }

    [Test]
    public void LogProbabilities_OfAllTokens_AreADistribution()
    {
        using var model = ToyModels.Bigram(_device, 8, (_, next) => next);
        using var batch = model.CreateSequenceBatch(1, 4);
        var sequence = batch.Add([0], new GenerationOptions { MaxNewTokens = 1, TopLogProbabilities = 20 });
        batch.Step();
        Assert.That(sequence.LogProbabilities[0].Top.Sum(entry => Math.Exp(entry.LogProbability)), Is.EqualTo(1).Within(1e-12));
    }

    [TestCase(2.5, 0.0, 0)]
    [TestCase(0.0, double.NaN, 0)]
    [TestCase(0.0, 0.0, 21)]
    public void Generate_OptionsOutOfRange_AreRefused(double presence, double frequency, int top)
    {
        using var model = ToyModels.Bigram(_device, 8, (_, _) => 0);
        var options = new GenerationOptions { PresencePenalty = presence, FrequencyPenalty = frequency, TopLogProbabilities = top };
        Assert.That(() => model.Generate([[0]], options), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static GenerationOptions MixedOptions(int index) => new()
    {
        MaxNewTokens = 5 + (index * 2),
        Temperature = index % 3 == 0 ? 0 : 0.5 * index,
        TopP = index % 4 == 1 ? 0.8 : 1,
        Seed = (ulong)index,
        FrequencyPenalty = index % 5 == 2 ? 1 : 0,
        TopLogProbabilities = index % 2 == 0 ? 2 : null,
    };
}
