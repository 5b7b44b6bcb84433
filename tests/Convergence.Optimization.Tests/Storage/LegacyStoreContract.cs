using Convergence.Optimization.Storage;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Storage;

/// <summary>What every history of runs does, whatever it is kept in.</summary>
public abstract class LegacyStoreContract
{
    private protected static LegacySession Session { get; } = Outcomes.Session();

    /// <summary>A store over the test's own database, the same one for each call within a test.</summary>
    protected abstract ILegacyStore Open();

    [Test]
    public async Task LastGeneration_OfANewSession_IsZero()
    {
        await using var store = await OpenSessionAsync();
        Assert.That(await store.LastGenerationAsync(Session.SessionId, default), Is.Zero);
    }

    [Test]
    public async Task LastGeneration_AfterRuns_IsTheHighest()
    {
        await using (var store = await OpenSessionAsync())
        {
            await store.RecordAsync(Session, "run", Outcomes.Of(0, """{"x":1}""", 0.5) with { Generation = 3 }, default);
            await store.RecordAsync(Session, "run", Outcomes.Of(1, """{"x":2}""", 0.5) with { Generation = 2 }, default);
        }

        await using var again = await OpenSessionAsync();
        Assert.That(await again.LastGenerationAsync(Session.SessionId, default), Is.EqualTo(3));
    }

    [Test]
    public async Task WarmStart_RanksByTheMeanOverCases_NotByTheBestCase()
    {
        await using var store = await OpenSessionAsync();
        await store.RecordAsync(Session, "run", Outcomes.Of(0, """{"x":"lucky once"}""", 1, 0.1, 0.1), default);
        await store.RecordAsync(Session, "run", Outcomes.Of(1, """{"x":"good"}""", 0.7, 0.7, 0.7), default);
        await store.RecordAsync(Session, "run", Outcomes.Of(2, """{"x":"fair"}""", 0.6, 0.5, 0.6), default);

        var start = await store.WarmStartAsync(Session.SessionId, 2, default);

        Assert.That(start.Select(former => (string?)former.Parameters["x"]), Is.EqualTo(new[] { "good", "fair" }));
        Assert.That(start[0].Score, Is.EqualTo(0.7).Within(1e-12));
    }

    [Test]
    public async Task WarmStart_OfAConfigurationEvaluatedTwice_TakesTheMeanOfBoth()
    {
        await using var store = await OpenSessionAsync();
        await store.RecordAsync(Session, "run1", Outcomes.Of(0, """{"x":2,"y":"a"}""", 0.9, 0.9), default);
        await store.RecordAsync(Session, "run2", Outcomes.Of(0, """{"y":"a","x":2.0}""", 0.5, 0.3), default);

        var start = await store.WarmStartAsync(Session.SessionId, 10, default);

        Assert.That(start, Has.Count.EqualTo(1));
        Assert.That(start[0].Score, Is.EqualTo(0.65).Within(1e-12));
    }

    [Test]
    public async Task WarmStart_OfConfigurationsOnFewCases_ComesAfterThoseOnMany()
    {
        await using var store = await OpenSessionAsync();
        await store.RecordAsync(Session, "run", Outcomes.Of(0, """{"x":"one case"}""", 1), default);
        await store.RecordAsync(Session, "run", Outcomes.Of(1, """{"x":"all cases"}""", 0.6, 0.6, 0.6, 0.6), default);

        var start = await store.WarmStartAsync(Session.SessionId, 10, default);

        Assert.That(start.Select(former => (string?)former.Parameters["x"]), Is.EqualTo(new[] { "all cases", "one case" }));
    }

    [Test]
    public async Task WarmStart_AfterFailedCalls_LeavesThemOut()
    {
        await using var store = await OpenSessionAsync();
        await store.RecordAsync(Session, "run", Outcomes.Of(0, """{"x":1}""", null, null), default);
        Assert.That(await store.WarmStartAsync(Session.SessionId, 10, default), Is.Empty);
    }

    [Test]
    public async Task WarmStart_OfAnotherSpace_KnowsNothing()
    {
        var other = Outcomes.Session(fingerprint: "000000000000");
        await using var store = await OpenSessionAsync();
        await store.OpenSessionAsync(other, default);
        await store.RecordAsync(Session, "run", Outcomes.Of(0, """{"x":1}""", 0.5), default);

        Assert.That(await store.WarmStartAsync(other.SessionId, 10, default), Is.Empty);
        Assert.That(await store.HistoryAsync("groq", default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task History_OfAnApi_IsOldestFirst_AndSaysWhoProposed()
    {
        await using var store = await OpenSessionAsync();
        await store.RecordAsync(Session, "later", Outcomes.Of(5, """{"x":5}""", 0.5) with { Origin = "cma-es" }, default);
        await store.RecordAsync(Session, "run", Outcomes.Of(1, """{"x":1}""", 0.25), default);

        var history = await store.HistoryAsync("groq", default);

        Assert.That(history.Select(former => (former.RunId, former.Origin, former.Score, former.SessionId)), Is.EqualTo(new[]
        {
            ("run", "evolution", 0.25, Session.SessionId), ("later", "cma-es", 0.5, Session.SessionId),
        }));
    }

    [Test]
    public async Task Record_TheSameOutcomeAgain_ChangesNothing()
    {
        using var directory = new TemporaryDirectory();
        await using var store = await OpenSessionAsync();
        var outcome = Outcomes.Of(0, """{"x":1}""", 0.5, 0.75);
        await store.RecordAsync(Session, "run", outcome, default);
        await store.ExportAsync(Session, directory.Combine("once"), ["winners_only", "full_audit"], default);
        await store.RecordAsync(Session, "run", outcome, default);
        await store.ExportAsync(Session, directory.Combine("twice"), ["winners_only", "full_audit"], default);

        foreach (var name in new[] { "winners_groq.csv", $"audit_{Session.SessionId}.csv" })
        {
            Assert.That(File.ReadAllText(directory.Combine("twice", name)), Is.EqualTo(File.ReadAllText(directory.Combine("once", name))));
        }
    }

    [Test]
    public async Task Export_WritesTheColumnsOfTheOriginal()
    {
        using var directory = new TemporaryDirectory();
        await using var store = await OpenSessionAsync();
        await store.RecordAsync(Session, "run", Outcomes.Of(0, """{"x":"a"}""", 0.5, null), default);
        await store.RecordAsync(Session, "run", Outcomes.Of(1, """{"x":"b"}""", 0.25, 0.1), default);
        await store.ExportAsync(Session, directory.Path, ["winners_only", "full_audit"], default);

        var audit = File.ReadAllLines(directory.Combine($"audit_{Session.SessionId}.csv"));
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllText(directory.Combine("winners_groq.csv")), Is.EqualTo(
                "test_case_id,api_name,best_config,best_score,updated_at\r\n"
                + "a,groq,\"{\"\"x\"\":\"\"a\"\"}\",0.5000,2026-03-01T10:00:00.000000\r\n"
                + "b,groq,\"{\"\"x\"\":\"\"b\"\"}\",0.1000,2026-03-01T10:00:01.000000\r\n"));
            Assert.That(audit[0], Is.EqualTo("timestamp,session_id,run_id,api_name,test_case_id,config,score,success"));
            Assert.That(audit, Has.Length.EqualTo(5));
            Assert.That(audit[1], Does.Match(
                """^2026-03-01T10:00:00\.000000,groq_3fab3b2c4e63,run_[0-9a-f]{12},groq,a,"\{""x"":""a""\}",0\.5,1$"""));
            Assert.That(audit[2], Does.EndWith(",b,\"{\"\"x\"\":\"\"a\"\"}\",,0"));
        });
    }

    [Test]
    public async Task Record_OfHeldOutCases_MakesNoWinners()
    {
        using var directory = new TemporaryDirectory();
        await using var store = await OpenSessionAsync();
        var outcome = Outcomes.Of(0, """{"x":"a"}""", 0.5);
        var heldOut = Outcomes.Case("secret", 1) with { IsHeldOut = true };
        await store.RecordAsync(Session, "run", outcome with { Cases = outcome.Cases.Add(heldOut) }, default);
        await store.ExportAsync(Session, directory.Path, ["winners_only", "full_audit"], default);

        Assert.That(File.ReadAllText(directory.Combine("winners_groq.csv")), Does.Not.Contain("secret"));
        Assert.That(File.ReadAllText(directory.Combine($"audit_{Session.SessionId}.csv")), Does.Contain("secret"));
    }

    [Test]
    public async Task Record_WithoutItsSession_WritesNothing()
    {
        await using var store = await OpenSessionAsync();
        var stranger = Outcomes.Session("stranger");
        Assert.That(
            () => store.RecordAsync(stranger, "run", Outcomes.Of(0, """{"x":1}""", 0.5), default), Throws.TypeOf<StorageException>());
        Assert.That(await store.HistoryAsync("stranger", default), Is.Empty);
    }

    [Test]
    public async Task Record_FromSeveralStoresAtOnce_KeepsEverything()
    {
        await using (await OpenSessionAsync())
        {
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            await using var store = Open();
            for (var id = 0; id < 10; id++)
            {
                var score = ((writer * 10) + id) / 40.0;
                var outcome = Outcomes.Of(id, $$"""{"x":{{(writer * 10) + id}}}""", score, score);
                await store.RecordAsync(Session, $"run{writer}", outcome, default);
            }
        })));

        await using var reader = Open();
        using var directory = new TemporaryDirectory();
        await reader.ExportAsync(Session, directory.Path, ["winners_only"], default);
        Assert.That(await reader.HistoryAsync("groq", default), Has.Count.EqualTo(40));
        var winners = File.ReadAllLines(directory.Combine("winners_groq.csv")).Skip(1).Select(line => line.Split(',')[^2]);
        Assert.That(winners, Is.EqualTo(new[] { "0.9750", "0.9750" }));
    }

    private protected async Task<ILegacyStore> OpenSessionAsync()
    {
        var store = Open();
        await store.OpenSessionAsync(Session, default);
        return store;
    }
}
