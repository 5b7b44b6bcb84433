using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Evolution.Samplers;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Resuming;
using Convergence.Optimization.Storage;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Runs;

/// <summary>Runs learn from former searches of the API.</summary>
internal sealed class FormerSearchesTests
{
    private static readonly ScoredParameters[] Former =
    [
        Scored(.1, .3, "old"), Scored(.68, .9, "old"), Scored(.5, .4, "old"),
        Scored(.2, .1, "new"), Scored(.72, .2, "new") with { Origin = "cma-es" },
    ];

    [Test]
    public async Task RunAsync_AfterFormerSearches_TriesTheirWinnersFirst()
    {
        var result = await RunAsync(PortfolioSampler.SamplerName, Former);
        Assert.That(
            result.Configurations.Take(2).Select(outcome => (outcome.Origin, (double)outcome.Parameters["x"]!)),
            Is.EqualTo(new[] { (ExperienceSampler.SamplerName, .72), (ExperienceSampler.SamplerName, .68) }));
    }

    [Test]
    public async Task RunAsync_OfAnotherAlgorithm_LearnsNothing()
    {
        var result = await RunAsync(RandomSampler.SamplerName, Former);
        Assert.That(result.Configurations.Select(outcome => outcome.Origin), Has.None.EqualTo(ExperienceSampler.SamplerName));
    }

    [Test]
    public async Task RunAsync_AfterSearchesOfAnotherSpace_GoesOnWithoutThem()
    {
        var result = await RunAsync(
            PortfolioSampler.SamplerName, [new ScoredParameters(new JsonObject { ["z"] = 1 }, .5) { RunId = "run" }]);
        Assert.That(result.Configurations.Select(outcome => outcome.Origin), Has.None.EqualTo(ExperienceSampler.SamplerName));
    }

    [Test]
    public void Header_WithFormerSearches_IsReadAsItWasWritten()
    {
        using var directory = new TemporaryDirectory();
        var header = new RunHeader
        {
            RunId = "run",
            Started = DateTimeOffset.UnixEpoch,
            Window = 1,
            Sections = ImmutableSortedDictionary<string, string>.Empty,
            FormerSearches = HistoryStart.SearchesOf(Former),
        };
        RunHeaderFile.Write(directory.Combine("run.json"), header);

        var read = RunHeaderFile.Read(directory.Combine("run.json"))!.FormerSearches;

        Assert.That(read.Select(search => search.Length), Is.EqualTo(new[] { 3, 2 }));
        Assert.That(
            read[1].Select(former => $"{former.Parameters.ToJsonString()} {former.Score} {former.Origin}"),
            Is.EqualTo(Former[3..].Select(former => $"{former.Parameters.ToJsonString()} {former.Score} {former.Origin}")));
    }

    private static ScoredParameters Scored(double x, double score, string run) =>
        new(new JsonObject { ["x"] = x, ["y"] = "a" }, score) { RunId = run };

    private static Task<OptimizationResult> RunAsync(string algorithm, IReadOnlyList<ScoredParameters> former)
    {
        var config = RunFixture.Config(search: search => search with { Algorithm = algorithm });
        var parts = RunFixture.Parts(new RecordingTarget(RunFixture.Quality), config) with
        {
            Legacy = new MemoryHistory([]) { Former = former },
            Session = new LegacySession("session", "tested", "tested", "", "fingerprint"),
        };
        return new OptimizationRun(config, parts).RunAsync();
    }
}
