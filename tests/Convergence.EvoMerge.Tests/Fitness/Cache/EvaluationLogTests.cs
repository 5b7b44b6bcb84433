using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Fitness.Cache;
using Convergence.Testing;

namespace Convergence.EvoMerge.Tests.Fitness.Cache;

internal sealed class EvaluationLogTests
{
    private static readonly CachedScore Score = new("key-1", [new TaskValue("text", "perplexity", 1.0 / 3)], null, 0.5, 0.25);
    private static readonly CachedScore Failure = new("key-2", [], "task text: perplexity is not a finite number.", 0.5, 0);
    private static readonly CachedCost Cost = new("layers=2", new ShapeCost(1234.5, 99));

    private TemporaryDirectory _directory = null!;

    private string LogPath => _directory.Combine(EvaluationLog.FileName);

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Open_AfterAppending_ReadsTheSameEntriesBack()
    {
        Write();
        using var log = EvaluationLog.Open(_directory.Path);

        Assert.That(
            log.Scores.Select(score => (score.Key, score.Failure)),
            Is.EqualTo(new[] { (Score.Key, Score.Failure), (Failure.Key, Failure.Failure) }));
        Assert.That(log.Scores[0].Tasks, Is.EqualTo(Score.Tasks));
        Assert.That(log.Costs, Is.EqualTo(new[] { Cost }));
        Assert.That(log.DamagedLineCount, Is.Zero);
    }

    [Test]
    public void Open_AnyTornEnd_KeepsTheWholeLinesAndGoesOn()
    {
        Write();
        var bytes = File.ReadAllBytes(LogPath);
        var lineEnds = Enumerable.Range(0, bytes.Length).Where(index => bytes[index] == '\n').ToList();
        for (var length = 0; length < bytes.Length; length += 7)
        {
            File.WriteAllBytes(LogPath, bytes[..length]);
            var wholeLines = lineEnds.Count(end => end < length);
            using (var log = EvaluationLog.Open(_directory.Path))
            {
                Assert.That(log.Scores.Count + log.Costs.Count, Is.EqualTo(wholeLines), $"{length} bytes");
                log.Append(Score with { Key = "after" });
            }

            using var again = EvaluationLog.Open(_directory.Path);
            Assert.That(again.Scores[^1].Key, Is.EqualTo("after"), $"{length} bytes");
            Assert.That(again.DamagedLineCount, Is.Zero);
        }
    }

    [Test]
    public void Open_DamagedLine_SkipsAndCountsIt()
    {
        Write();
        File.WriteAllText(LogPath, "{\"score\": 7}\nnonsense\n" + File.ReadAllText(LogPath));
        using var log = EvaluationLog.Open(_directory.Path);

        Assert.That(log.DamagedLineCount, Is.EqualTo(2));
        Assert.That(log.Scores, Has.Count.EqualTo(2));
    }

    [Test]
    public void Open_InUse_SaysSo()
    {
        using var log = EvaluationLog.Open(_directory.Path);

        Assert.That(
            () => EvaluationLog.Open(_directory.Path),
            Throws.InstanceOf<ConvergenceException>().With.Message.Contains("Another run uses this checkpoint directory"));
    }

    [Test]
    public void Cache_ReplayedScore_CountsAsEvaluationOnceThenAsHit()
    {
        var cache = new ScoreCache();
        cache.Restore([Failure]);
        cache.Replay([Score, Failure]);

        Assert.That(cache.Used.Select(score => score.Key), Is.EqualTo(new[] { Failure.Key }));
        Assert.That((cache.Find(Failure.Key, out var known), known), Is.EqualTo((Failure, true)));
        Assert.That((cache.Find(Score.Key, out var first), first), Is.EqualTo((Score, false)));
        Assert.That((cache.Find(Score.Key, out var second), second), Is.EqualTo((Score, true)));
        Assert.That(cache.Find("unknown", out _), Is.Null);
        Assert.That(cache.Used.Select(score => score.Key), Is.EqualTo(new[] { Failure.Key, Score.Key }));
    }

    [Test]
    public void ScoreKey_OtherRecipeOrTasks_IsAnotherKey()
    {
        Assert.That(ScoreKey.Of("a", "t"), Has.Length.EqualTo(64));
        Assert.That(new[] { ScoreKey.Of("a", "t"), ScoreKey.Of("b", "t"), ScoreKey.Of("a", "u") }, Is.Unique);
    }

    private void Write()
    {
        using var log = EvaluationLog.Open(_directory.Path);
        log.Append(Score);
        log.Append(Cost);
        log.Append(Failure);
    }
}
