using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Authorization;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Calls.Spending;
using Microsoft.AspNetCore.Http;

namespace Convergence.Optimization.Tests.Calls;

/// <summary>A caller over a loopback server and a cassette in a directory of its own.</summary>
internal sealed class CallFixture : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("calls-").FullName;
    private readonly HttpClient _client = HttpClients.Create(64);

    private CallFixture(LoopbackServer server, IRequestAuthorization authorization, SpendLimits limits, SendOptions options)
    {
        Server = server;
        Ledger = new SpendLedger(limits, TimeProvider.System);
        CassettePath = Path.Combine(_directory, "calls.jsonl");
        Cassette = Cassette.Open(CassettePath, new SecretRedactor(authorization));
        Caller = new ApiCaller(_client, authorization, Cassette, Ledger, options, TimeProvider.System, () => .5, Notes.Add);
    }

    public LoopbackServer Server { get; }

    public SpendLedger Ledger { get; }

    public string CassettePath { get; }

    public Cassette Cassette { get; }

    public ApiCaller Caller { get; }

    /// <summary>What a reader of the run would be told.</summary>
    public ConcurrentBag<string> Notes { get; } = [];

    public static async Task<CallFixture> StartAsync(
        Func<HttpContext, int, Task> answer,
        IRequestAuthorization? authorization = null,
        SpendLimits? limits = null,
        SendOptions? options = null) =>
        new(
            await LoopbackServer.StartAsync(answer),
            authorization ?? NoAuthorization.Instance,
            limits ?? new SpendLimits(),
            options ?? new SendOptions { RetryDelay = TimeSpan.FromMilliseconds(1), Timeout = TimeSpan.FromSeconds(10) });

    public Task<ApiAnswer> CallAsync(string body = """{"a": 1}""", int repetition = 0, CancellationToken cancellation = default) =>
        CallAsync(Request(body, repetition), cancellation);

    public async Task<ApiAnswer> CallAsync(ApiRequest request, CancellationToken cancellation = default) =>
        (await RecordAsync(request, cancellation)).Answer;

    public Task<RecordedAnswer> RecordAsync(ApiRequest request, CancellationToken cancellation = default) =>
        Caller.CallAsync(request, new SpendEstimate(.01m, 100), new TokenPrice(1, 2), cancellation);

    public ApiRequest Request(string body, int repetition = 0) => new()
    {
        Method = HttpMethod.Post,
        Endpoint = Server.Address,
        Body = (JsonObject)JsonNode.Parse(body)!,
        Repetition = repetition,
    };

    public async ValueTask DisposeAsync()
    {
        Cassette.Dispose();
        _client.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
