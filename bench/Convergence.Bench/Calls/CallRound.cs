using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Authorization;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Calls.Spending;

namespace Convergence.Bench.Calls;

/// <summary>
/// Calls of a server in two ways: as a run makes them (cassette, budget, retries, a host's adaptive limit), and by a bare client. No two
/// calls are the same, so that none is answered by the cassette.
/// </summary>
/// <param name="address">The server.</param>
/// <param name="workers">Calls at a time.</param>
internal sealed class CallRound(Uri address, int workers) : IDisposable
{
    private readonly HttpClient _client = HttpClients.Create(workers);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("convergence-calls-");
    private int _number;
    private Cassette? _cassette;
    private ApiCaller? _caller;

    /// <summary>Answers that were kept.</summary>
    public int KeptCount => _cassette?.Count ?? 0;

    /// <summary>Makes calls as a run does.</summary>
    /// <returns>Seconds.</returns>
    public async Task<double> OfRunAsync(int count)
    {
        _cassette ??= Cassette.Open(Path.Combine(_directory.FullName, "cassette.jsonl"), new SecretRedactor());
        _caller ??= new ApiCaller(
            _client, NoAuthorization.Instance, _cassette, new SpendLedger(new SpendLimits(Dollars: 1000), TimeProvider.System),
            new SendOptions { Workers = workers }, TimeProvider.System, () => .5);

        // As a run does: twice as many calls under way as there are workers, so that none waits while answers are written down.
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Numbers(count), Degree(2 * workers), async (number, cancellation) =>
        {
            var request = new ApiRequest { Method = HttpMethod.Post, Endpoint = address, Body = BodyOf(number) };
            var recorded = await _caller.CallAsync(request, new SpendEstimate(.01m, 1000), new TokenPrice(1, 2), cancellation);
            if (!recorded.Answer.IsSuccess || recorded.IsReplayed)
            {
                throw new InvalidOperationException($"call {number}: {recorded.Answer.Failure?.Message ?? "it was made before"}");
            }
        });
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Makes the same calls with the client alone, and reads their answers.</summary>
    /// <returns>Seconds.</returns>
    public async Task<double> OfClientAsync(int count)
    {
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Numbers(count), Degree(workers), async (number, cancellation) =>
        {
            using var content = new StringContent(BodyOf(number).ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await _client.PostAsync(address, content, cancellation);
            response.EnsureSuccessStatusCode();
            _ = JsonNode.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
        });
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _cassette?.Dispose();
        _client.Dispose();
        _directory.Delete(recursive: true);
    }

    private IEnumerable<int> Numbers(int count) => Enumerable.Range((_number += count) - count, count);

    private static ParallelOptions Degree(int count) => new() { MaxDegreeOfParallelism = count };

    private static JsonObject BodyOf(int number) => new()
    {
        ["model"] = "bench",
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = $"Question {number}: capital of Senegal?" }),
    };
}
