using Convergence.Cuda.Tests.Emulation;
using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Runs;

namespace Convergence.Cuda.Tests.Runs;

/// <summary>
/// Runs on a GPU of ever less memory: each finds what one with plenty finds, until the parents alone have no room.
/// </summary>
[NonParallelizable]
public sealed class ShortMemoryTests : EmulatedRunFixture
{
    private const string GivenBack = "what scores candidates is given back while others are merged";
    private const string FewerTokens = "fewer tokens are scored at once than batch_tokens says";
    private const string FewerMerged = "fewer candidates are merged at once";

    // A candidate has 75 kB, the packed weights 150 kB, the activations 80 kB for 64 tokens and 2.5 MB for 2048.
    [TestCase(3_000_000, FewerTokens)]
    [TestCase(1_000_000, FewerTokens, GivenBack)]
    [TestCase(600_000, FewerTokens, GivenBack)]
    [TestCase(400_000, FewerTokens, GivenBack)]
    public void Run_WithLessMemory_FindsWhatPlentyFinds(int memory, params string[] steps)
    {
        var undisturbed = Undisturbed.Value;
        var notes = new List<string>();
        EmulatedGpu.Configure("memory", memory);
        var outcome = Run(FloatConfig("cuda"), notes);

        Assert.That(FoundByRun.Of(outcome), Is.EqualTo(undisturbed));
        Assert.That(notes, Has.None.Contains("failed"));
        Assert.That(notes, Has.None.Contains(FewerMerged), "one was merged at a time from the first on");
        Assert.That(steps, Has.All.Matches<string>(step => notes.Exists(note => note.Contains(step!, StringComparison.Ordinal))));
    }

    [Test]
    public void Run_WithoutRoomForTheParents_FailsWithTheCure()
    {
        EmulatedGpu.Configure("memory", 200_000);
        Assert.That(
            () => Run(FloatConfig("cuda"), []),
            Throws.TypeOf<ConvergenceException>()
                .With.Message.Contains("cannot be scored: cuMemAlloc failed: CUDA_ERROR_OUT_OF_MEMORY")
                .And.Message.Contains("Free memory on the GPU (nvidia-smi shows who holds it), or use device: cpu"));
    }

    // As when another program takes the memory that scoring what was merged together would need.
    [Test]
    public void Run_WhatWasMergedTogetherAndFindsNoRoomToBeScored_IsMergedAgainInSmallerBatches()
    {
        var undisturbed = Undisturbed.Value;
        var notes = new List<string>();
        var outcome = Run(FloatConfig("cuda"), notes, value =>
        {
            if (value is GenerationCompleted)
            {
                EmulatedGpu.Configure("memory", 600_000);
            }
        });

        Assert.That(FoundByRun.Of(outcome), Is.EqualTo(undisturbed));
        Assert.That(notes, Has.None.Contains("failed"));
        Assert.That(Place(FewerMerged), Is.GreaterThan(Place(FewerTokens)), "scoring took its own steps back before");

        int Place(string step) => notes.FindIndex(note => note.Contains(step, StringComparison.Ordinal));
    }

    [Test]
    public void Run_WithoutRoomForAnyCandidate_EndsWithTheCureAndIsGoneOnWith()
    {
        var undisturbed = Undisturbed.Value;
        var config = FloatConfig("cuda");
        Assert.That(
            () => Run(config, [], value =>
            {
                if (value is PhaseStarted { Phase: RunPhase.Evolving })
                {
                    EmulatedGpu.Configure("memory", 100_000);
                }
            }),
            Throws.TypeOf<NoValidCandidateException>()
                .With.Message.Contains("Free memory on the GPU").And.Message.Contains("--resume latest"));

        using (var log = EvaluationLog.Open(config.Checkpoints))
        {
            Assert.That(log.Scores.Select(score => score.Failure), Is.All.Null, "it says nothing of the candidates");
        }

        EmulatedGpu.Reset();
        Assert.That(FoundByRun.Of(Run(config, [], resume: "latest")), Is.EqualTo(undisturbed));
    }
}
