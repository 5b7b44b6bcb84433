using System.Diagnostics;
using System.Text.Json.Nodes;
using Convergence.Evolution.Randomness;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs.Resuming;
using Convergence.Optimization.Scoring;
using Convergence.Optimization.Society;
using Convergence.Optimization.Storage;
using Convergence.Optimization.Targets;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Runs;

/// <summary>
/// A run with everything that it works with: its directory, which no other process has meanwhile, target, scorers and history. Serves one
/// run; disposing of it gives all back.
/// </summary>
public sealed class PreparedRun : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned;

    private PreparedRun(OptimizationConfig config, RunParts parts, Stack<IAsyncDisposable> owned)
    {
        (_owned, Parts) = (owned, parts);
        Run = new OptimizationRun(config, parts);
    }

    /// <summary>The run.</summary>
    public OptimizationRun Run { get; }

    /// <summary>What it works with.</summary>
    public RunParts Parts { get; }

    /// <summary>Prepares a run. Nothing is called yet.</summary>
    /// <exception cref="ConvergenceException">A key, an evaluator or an address is missing, or another run has the directory.</exception>
    public static async Task<PreparedRun> CreateAsync(OptimizationConfig config, RunOptions options)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        var secrets = options.Secrets ?? EnvironmentSecrets.For(config.Directory);
        var checkedApi = options.Function is null ? config.Api : config.Api with { Adapter = AdapterKind.Local };
        RunReadiness.Require(config with { Api = checkedApi }, secrets, options.Evaluator is not null);
        _ = Searching.Samplers.Of(config.Optimization, config.Source);
        var owned = new Stack<IAsyncDisposable>();
        try
        {
            var journal = RunJournal.Open(config, options.Restart);
            var cassette = Cassette.Open(journal.CassettePath, new SecretRedactor(), journal.CassetteUse);
            owned.Push(new Disposing(cassette));
            var parts = await PartedAsync(config, options, secrets, cassette, config.Optimization.Budget, owned).ConfigureAwait(false);
            NoteUnanswered(cassette.Unanswered, parts.Notes);
            var stores = StoresOf(config, options, secrets, parts.Notes, owned);
            parts = parts with { Journal = journal, Legacy = stores.History, Session = SessionOf(config), Results = stores.Results };
            return new PreparedRun(config, parts, owned);
        }
        catch
        {
            await DisposeAsync(owned).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What a run will take. Nothing is called, nothing written, and no key is needed.</summary>
    /// <exception cref="ConvergenceException">A configuration cannot be written as a call.</exception>
    public static async Task<RunForecast> ForecastAsync(OptimizationConfig config, RunOptions options)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        var owned = new Stack<IAsyncDisposable>();
        var directory = Directory.CreateTempSubdirectory("convergence-plan-");
        try
        {
            var cassette = Cassette.Open(Path.Combine(directory.FullName, "cassette.jsonl"), new SecretRedactor());
            owned.Push(new Disposing(cassette));
            var planned = WithoutMissingJudge(config);
            var forecast = Forecaster.Of(planned, await CalllessPartsAsync(planned, options, cassette, owned).ConfigureAwait(false));
            return planned == config ? forecast : forecast with { Dollars = null };
        }
        finally
        {
            await DisposeAsync(owned).ConfigureAwait(false);
            directory.Delete(recursive: true);
        }
    }

    public ValueTask DisposeAsync() => DisposeAsync(_owned);

    /// <summary>What works with kept answers alone.</summary>
    /// <exception cref="ConvergenceException">Another process has the directory, or an evaluator is missing.</exception>
    internal static async Task<PreparedRun> WithoutCallsAsync(OptimizationConfig config, RunOptions options, string cassettePath)
    {
        var owned = new Stack<IAsyncDisposable>();
        try
        {
            var cassette = Cassette.Open(cassettePath, new SecretRedactor());
            owned.Push(new Disposing(cassette));
            return new PreparedRun(config, await CalllessPartsAsync(config, options, cassette, owned).ConfigureAwait(false), owned);
        }
        catch
        {
            await DisposeAsync(owned).ConfigureAwait(false);
            throw;
        }
    }

    private static Task<RunParts> CalllessPartsAsync(
        OptimizationConfig config, RunOptions options, Cassette cassette, Stack<IAsyncDisposable> owned)
    {
        var isLocal = AdapterFacts.Of(config.Api, config.Agent) == AdapterKind.Local;
        return PartedAsync(
            config,
            options with { Function = options.Function ?? (isLocal ? Uncalled : null) },
            new NoSecrets(),
            cassette,
            new SpendLimits(Calls: 0),
            owned);
    }

    // What nobody is named to judge can be planned but for the judge's calls.
    private static OptimizationConfig WithoutMissingJudge(OptimizationConfig config) =>
        config.Api.MockMode || !config.Evaluation.LacksJudge
            ? config
            : config with
            {
                Evaluation = config.Evaluation with
                {
                    Metrics = [.. config.Evaluation.Metrics.Select(metric =>
                        metric.Kind == MetricKind.LlmJudge ? metric with { Kind = MetricKind.TextQuality } : metric)],
                },
            };

    private static void NoteUnanswered(Spend unanswered, RunNotes notes)
    {
        if (unanswered.Calls > 0)
        {
            notes.Add(FormattableString.Invariant(
                $"{unanswered.Calls} calls were cut off when the run was killed, and may have been paid: they count at their most")
                + FormattableString.Invariant($" ({unanswered.Tokens} tokens, ${unanswered.Dollars:0.####}), and are made again."));
        }
    }

    private static Task<JsonNode?> Uncalled(JsonObject parameters, TestCase testCase, CancellationToken cancellation) =>
        throw new UnreachableException("The limit of calls is 0.");

    private static async Task<RunParts> PartedAsync(
        OptimizationConfig config, RunOptions options, ISecrets secrets, Cassette cassette, SpendLimits limits,
        Stack<IAsyncDisposable> owned)
    {
        var ledger = new SpendLedger(limits, options.Time);
        ledger.Charge(cassette.Paid);
        var workers = config.Optimization.ParallelWorkers;
        var client = options.CreateClient?.Invoke(workers) ?? HttpClients.Create(workers);
        owned.Push(new Disposing(client));
        var notes = new RunNotes();
        var services = new CallServices
        {
            Client = client,
            Cassette = cassette,
            Ledger = ledger,
            Time = options.Time,
            EnvironmentVariable = secrets.Find,
            Jitter = Jitter(config.Optimization.Seed),
            Note = notes.Add,
        };
        var target = TargetFactory.Create(config, services, options.Function);
        owned.Push(target);
        var scorers = await ScorerFactory.CreateAsync(config, services, options.Evaluator).ConfigureAwait(false);
        owned.Push(scorers);
        return new RunParts
        {
            Space = ParameterSpace.Of(config.SearchSpace),
            Target = target,
            Metrics = scorers.Metrics,
            ForecastScoring = scorers.Forecast,
            ReadJudgeNoise = () => scorers.JudgeNoise,
            Society = SocietyFactory.Create(config, services, scorers),
            Ledger = ledger,
            Time = options.Time,
            Notes = notes,
        };
    }

    private static (ILegacyStore? History, IResultStore Results) StoresOf(
        OptimizationConfig config, RunOptions options, ISecrets secrets, RunNotes notes, Stack<IAsyncDisposable> owned)
    {
        var client = options.CreateClient?.Invoke(1) ?? HttpClients.Create(1);
        owned.Push(new Disposing(client));
        var factory = new StoreFactory(options.Time, client, secrets.Find, notes.Add);
        var results = factory.CreateResultStore(config.Storage);
        owned.Push(results);
        var history = config.Legacy.IsEnabled ? factory.CreateLegacyStore(config.Legacy, config.Storage) : null;
        if (history is not null)
        {
            owned.Push(history);
        }

        return (history, results);
    }

    private static LegacySession SessionOf(OptimizationConfig config) => new(
        ConfigFingerprint.SessionOf(config), config.Legacy.SessionId ?? config.Api.Name, config.Api.Name,
        LiteralSecrets.Hide(config.Api.Endpoint ?? string.Empty), ConfigFingerprint.Of(config));

    // Pauses between attempts hang on nothing else and nothing hangs on them.
    private static Func<double> Jitter(ulong seed)
    {
        var random = new SearchRandom(seed);
        var gate = new Lock();
        return () =>
        {
            lock (gate)
            {
                return random.NextDouble();
            }
        };
    }

    private static async ValueTask DisposeAsync(Stack<IAsyncDisposable> owned)
    {
        while (owned.TryPop(out var next))
        {
            await next.DisposeAsync().ConfigureAwait(false);
        }
    }

    private sealed class Disposing(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    // Nothing is called: whatever stands in a key's place will do. It is too short to count as a secret that answers must not hold.
    private sealed class NoSecrets : ISecrets
    {
        public string? Find(string name) => "-";
    }
}
