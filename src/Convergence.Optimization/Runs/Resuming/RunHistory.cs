using Convergence.Optimization.Configuration;
using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Runs.Resuming;

/// <summary>
/// The history across runs: what a run starts from, and what it leaves. A history that cannot be used is told and left alone; the run goes
/// on without it.
/// </summary>
internal sealed class RunHistory(RunParts parts)
{
    private ILegacyStore? _store = parts.Legacy;

    /// <summary>Opens the session.</summary>
    /// <param name="count">How many former winners to give at most.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<HistoryStart> OpenAsync(int count, CancellationToken cancellation)
    {
        var start = new HistoryStart();
        await UseAsync(async store =>
        {
            await store.OpenSessionAsync(parts.Session!, cancellation).ConfigureAwait(false);
            var generations = await store.LastGenerationAsync(parts.Session!.SessionId, cancellation).ConfigureAwait(false);
            var former = count > 0
                ? await store.WarmStartAsync(parts.Session.SessionId, count, cancellation).ConfigureAwait(false)
                : [];
            start = new HistoryStart
            {
                Generations = generations,
                WarmStart = [.. former.Select(scored => scored.Parameters)],
                FormerSearches = HistoryStart.SearchesOf(
                    await store.HistoryAsync(parts.Session.ApiName, cancellation).ConfigureAwait(false)),
            };
        }).ConfigureAwait(false);
        return start;
    }

    /// <summary>Takes a session up again.</summary>
    public Task ReopenAsync(CancellationToken cancellation) => UseAsync(store => store.OpenSessionAsync(parts.Session!, cancellation));

    /// <summary>Writes outcomes; those written before are replaced.</summary>
    /// <param name="header">The run.</param>
    /// <param name="outcomes">Its configurations.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task RecordAsync(RunHeader header, IEnumerable<ConfigurationOutcome> outcomes, CancellationToken cancellation) =>
        UseAsync(async store =>
        {
            foreach (var outcome in outcomes)
            {
                var counted = outcome with { Generation = outcome.Generation + header.FormerGenerations };
                await store.RecordAsync(parts.Session!, header.RunId, counted, cancellation).ConfigureAwait(false);
            }
        });

    /// <summary>Writes the exports of the history.</summary>
    public Task ExportAsync(LegacyConfig config, CancellationToken cancellation) => config.ExportFormats.IsEmpty
        ? Task.CompletedTask
        : UseAsync(store => store.ExportAsync(parts.Session!, config.ExportDirectory, config.ExportFormats, cancellation));

    private async Task UseAsync(Func<ILegacyStore, Task> use)
    {
        if (_store is not { } store)
        {
            return;
        }

        try
        {
            await use(store).ConfigureAwait(false);
        }
        catch (ConvergenceException exception)
        {
            _store = null;
            parts.Notes.Add($"The history across runs is off: {exception.Message}");
        }
    }
}
