using System.Collections.Immutable;
using Convergence.LanguageModels.Generation;
using Convergence.Tensors.Cpu;

namespace Convergence.LanguageModels.Tests.Generation;

public sealed class GenerationTests
{
    private readonly CpuDevice _device = new(2);

    [OneTimeTearDown]
    public void Release() => _device.Dispose();

    [Test]
    public void Generate_WithTheCache_IsFullRecomputation()
    {
        using var model = ToyModels.Random(_device);
        var prompts = ToyModels.Sequences(6, model.Shape.VocabularySize, seed: 1, longest: 20);
        var generated = model.Generate(prompts, new GenerationOptions { MaxNewTokens = 25 });
        Assert.Multiple(() =>
        {
            for (var index = 0; index < prompts.Length; index++)
            {
                Assert.That(generated[index].Tokens, Is.EqualTo(Recompute(model, prompts[index], 25)));
            }
        });
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(64)]
    public void Generate_InABatch_IsTheSameAsAlone(int slots)
    {
        using var model = ToyModels.Random(_device, options: new LanguageModelOptions { MaxGenerationSlots = slots });
        using var single = ToyModels.Random(_device);
        var prompts = ToyModels.Sequences(10, model.Shape.VocabularySize, seed: 2, longest: 30);

        // Stop tokens make sequences end at different times, so that slots change hands.
        var options = new GenerationOptions { MaxNewTokens = 20, StopTokens = [.. Enumerable.Range(0, 10)] };
        var batched = model.Generate(prompts, options);
        var alone = prompts.Select(prompt => single.Generate([prompt], options)[0]).ToArray();
        Assert.That(batched.Select(Describe), Is.EqualTo(alone.Select(Describe)));
    }

    [Test]
    public void Generate_Sampled_DependsOnTheSeedAndNotOnTheBatch()
    {
        using var model = ToyModels.Random(_device, options: new LanguageModelOptions { MaxGenerationSlots = 4 });
        var prompts = ToyModels.Sequences(9, model.Shape.VocabularySize, seed: 3, longest: 12);
        var options = new GenerationOptions { MaxNewTokens = 12, Temperature = 1, Seed = 5 };
        var first = model.Generate(prompts, options).Select(Describe).ToArray();
        using var wide = ToyModels.Random(_device);
        Assert.Multiple(() =>
        {
            Assert.That(model.Generate(prompts, options).Select(Describe), Is.EqualTo(first));
            Assert.That(wide.Generate(prompts, options).Select(Describe), Is.EqualTo(first));
            Assert.That(model.Generate(prompts, options with { Seed = 6 }).Select(Describe), Is.Not.EqualTo(first));
        });
    }

    [Test]
    public void Generate_Sampled_FollowsTheDistribution()
    {
        // After token 0 the model holds 1 and 2 likely as 3 to 1, and nothing else.
        using var model = ToyModels.Bigram(_device, 8, (_, next) => next switch { 1 => MathF.Log(3), 2 => 0, _ => -50 });
        var prompts = Enumerable.Repeat(new[] { 0 }, 2000).ToArray();
        var generated = model.Generate(prompts, new GenerationOptions { MaxNewTokens = 1, Temperature = 1, Seed = 1 });
        var ones = generated.Count(sequence => sequence.Tokens[0] == 1);

        // Five standard deviations of a binomial.
        Assert.That(ones, Is.EqualTo(1500).Within(5 * Math.Sqrt(2000 * 0.75 * 0.25)));
        Assert.That(generated.Count(sequence => sequence.Tokens[0] == 2), Is.EqualTo(2000 - ones));
    }

    [TestCase(1, 1.0)]
    [TestCase(0, 0.7)]
    public void Generate_TopKOrTopPThatLeavesOne_IsGreedy(int topK, double topP)
    {
        using var model = ToyModels.Bigram(_device, 8, (_, next) => next switch { 1 => MathF.Log(3), 2 => 0, _ => -50 });
        var options = new GenerationOptions { MaxNewTokens = 30, Temperature = 1, TopK = topK, TopP = topP };
        Assert.That(model.Generate([[0]], options)[0].Tokens, Has.All.EqualTo(1));
    }

    [Test]
    public void Generate_StopToken_EndsAndIsLeftOut()
    {
        using var model = ToyModels.Bigram(_device, 16, (previous, next) => next == previous + 1 ? 20 : 0);
        var generated = model.Generate([[3], [8]], new GenerationOptions { MaxNewTokens = 4, StopTokens = [6] });
        Assert.Multiple(() =>
        {
            Assert.That(generated[0].Tokens, Is.EqualTo(new[] { 4, 5 }));
            Assert.That(generated[0].Reason, Is.EqualTo(FinishReason.Stop));
            Assert.That(generated[1].Tokens, Is.EqualTo(new[] { 9, 10, 11, 12 }));
            Assert.That(generated[1].Reason, Is.EqualTo(FinishReason.Length));
        });
    }

    [Test]
    public void Generate_AtTheEndOfTheContext_Stops()
    {
        using var model = ToyModels.Bigram(_device, 16, (previous, next) => next == (previous + 1) % 16 ? 20 : 0, maxPositions: 8);
        var generated = model.Generate([[0, 1, 2]], new GenerationOptions { MaxNewTokens = 100 })[0];
        Assert.Multiple(() =>
        {
            // Position 7 is the last that can be run, and it predicts one more.
            Assert.That(generated.Tokens, Is.EqualTo(new[] { 3, 4, 5, 6, 7, 8 }));
            Assert.That(generated.Reason, Is.EqualTo(FinishReason.Length));
        });
    }

    [Test]
    public void Generate_EmptyPrompt_IsAClearError()
    {
        using var model = ToyModels.Random(_device);
        Assert.That(
            () => model.Generate([[1], []], new GenerationOptions()),
            Throws.TypeOf<LanguageModelException>().With.Message.Contains("prompt 1"));
    }

    [Test]
    public void Generate_Cancelled_Throws()
    {
        using var model = ToyModels.Random(_device);
        Assert.That(
            () => model.Generate([[1]], new GenerationOptions(), new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Generate_AfterReload_UsesNoOldKeys()
    {
        using var model = ToyModels.Random(_device, seed: 1);
        using var other = ToyModels.Random(_device, seed: 2);
        var options = new GenerationOptions { MaxNewTokens = 10 };
        model.Generate([[1, 2, 3]], options);
        using var weights = Convergence.Testing.TinyModels.Weights(new(), 2);
        model.Reload(Convergence.Testing.TinyModels.Config(new()), weights);
        Assert.That(model.Generate([[1, 2, 3]], options)[0].Tokens, Is.EqualTo(other.Generate([[1, 2, 3]], options)[0].Tokens));
    }

    private static string Describe(GeneratedSequence sequence) => $"{string.Join(' ', sequence.Tokens)} {sequence.Reason}";

    private static ImmutableArray<int> Recompute(LanguageModel model, int[] prompt, int count)
    {
        var tokens = prompt.ToList();
        for (var step = 0; step < count; step++)
        {
            var last = model.Logits([.. tokens]).Chunk(model.Shape.VocabularySize).Last();
            tokens.Add(Array.IndexOf(last, last.Max()));
        }

        return [.. tokens.Skip(prompt.Length)];
    }
}
