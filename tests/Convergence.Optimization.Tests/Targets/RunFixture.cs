using System.Collections.Concurrent;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Targets;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Targets;

/// <summary>What a run shares, over a cassette in a directory of its own.</summary>
internal sealed class RunFixture : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly HttpClient _client = HttpClients.Create(64);
    private readonly ConcurrentQueue<string> _notes = new();
    private readonly SpendLimits _limits;

    public RunFixture(SpendLimits? limits = null, params IReadOnlyList<(string Name, string Value)> environment)
    {
        _limits = limits ?? new SpendLimits();
        Ledger = new SpendLedger(_limits, TimeProvider.System);
        CassettePath = Path.Combine(_directory.Path, "cassette.jsonl");
        Services = new CallServices
        {
            Client = _client,
            Cassette = Cassette.Open(CassettePath, new SecretRedactor()),
            Ledger = Ledger,
            EnvironmentVariable = name => environment.FirstOrDefault(entry => entry.Name == name).Value,
            ProgramVariable = name => environment.FirstOrDefault(entry => entry.Name == name).Value,
            Note = _notes.Enqueue,
        };
    }

    public CallServices Services { get; private set; }

    public SpendLedger Ledger { get; private set; }

    public string CassettePath { get; }

    public string Directory => _directory.Path;

    public IReadOnlyCollection<string> Notes => _notes;

    /// <summary>Goes on as another process would.</summary>
    public void Reopen()
    {
        Services.Cassette.Dispose();
        var cassette = Cassette.Open(CassettePath, new SecretRedactor());
        Ledger = new SpendLedger(_limits, TimeProvider.System);
        Ledger.Charge(cassette.Paid);
        Services = Services with { Cassette = cassette, Ledger = Ledger };
    }

    public void Dispose()
    {
        Services.Cassette.Dispose();
        _client.Dispose();
        _directory.Dispose();
    }
}
