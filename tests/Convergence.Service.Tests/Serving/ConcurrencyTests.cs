using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Convergence.Service.Hosting;
using Convergence.Service.Tests.Support;
using Convergence.Testing;

namespace Convergence.Service.Tests.Serving;

/// <summary>Waiting, leaving and stopping, with a model whose texts are as long as a test wants.</summary>
public sealed class ConcurrencyTests
{
    // A text of so many tokens takes minutes; no test waits for one.
    private const int Endless = 150_000;

    private readonly TemporaryDirectory _directory = new();

    [OneTimeSetUp]
    public void WriteModel()
    {
        TinyModels.Write(_directory.Path, new TinyModelOptions { VocabularySize = 259, MaxPositions = Endless + 1000 }, seed: 1);
        File.Copy(RepositoryRoot.Combine("models", "base", "tokenizer.json"), _directory.Combine("tokenizer.json"));
    }

    [OneTimeTearDown]
    public void Delete() => _directory.Dispose();

    [Test]
    public async Task ClientThatLeaves_FreesItsPlace([Values] bool streams)
    {
        await using var server = await StartAsync(new ModelServerOptions { MaxConcurrent = 1 });
        var watch = Stopwatch.StartNew();
        using (var leaving = new CancellationTokenSource())
        {
            var asked = PostAsync(server, Endless, streams, leaving.Token);
            if (streams)
            {
                using var response = await asked;
                var stream = await response.Content.ReadAsStreamAsync(leaving.Token);
                await stream.ReadExactlyAsync(new byte[1000], leaving.Token);
            }
            else
            {
                await leaving.CancelAsync();
                Assert.That(() => asked, Throws.InstanceOf<OperationCanceledException>());
            }
        }

        using var next = await PostAsync(server, 3, streams: false);
        Assert.That(next.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
        Assert.That(server.Failures, Is.Empty);
    }

    [Test]
    public async Task MoreThanMayWait_Is429()
    {
        await using var server =
            await StartAsync(new ModelServerOptions { MaxConcurrent = 1, MaxWaiting = 1, StopTimeout = TimeSpan.Zero });
        using var leaving = new CancellationTokenSource();
        using var running = await PostAsync(server, Endless, streams: true, leaving.Token);
        await (await running.Content.ReadAsStreamAsync(leaving.Token)).ReadExactlyAsync(new byte[500], leaving.Token);
        using var waiting = await PostAsync(server, Endless, streams: true, leaving.Token);
        using var refused = await PostAsync(server, 1, streams: false, leaving.Token);
        var body = JsonSerializer.Deserialize<JsonElement>(await refused.Content.ReadAsStringAsync(leaving.Token));
        Assert.Multiple(() =>
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(refused.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
            Assert.That(body.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("rate_limit_exceeded"));
        });
    }

    [Test]
    public async Task Stop_LetsRequestsUnderWayEnd()
    {
        await using var server = await StartAsync(new ModelServerOptions { StopTimeout = TimeSpan.FromSeconds(60) });
        using var running = await PostAsync(server, 3000, streams: true);
        var stop = server.Server.StopAsync();
        var chunks = EventLines.Parse(await running.Content.ReadAsStringAsync());
        await stop;
        Assert.That(chunks.Count(chunk => chunk.GetProperty("choices")[0].GetProperty("finish_reason").ValueKind == JsonValueKind.String),
            Is.EqualTo(1));
    }

    [Test]
    public async Task Stop_DoesNotWaitForeverForARequest()
    {
        var server = await StartAsync(new ModelServerOptions { StopTimeout = TimeSpan.FromMilliseconds(200) });
        using var running = await PostAsync(server, Endless, streams: true);
        var watch = Stopwatch.StartNew();
        await server.DisposeAsync();
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task Start_PortInUse_IsAClearError()
    {
        await using var first = await StartAsync(new ModelServerOptions());
        var options = new ModelServerOptions { Port = first.Server.Address.Port };
        Assert.That(() => StartAsync(options), Throws.InstanceOf<ConvergenceException>().With.Message.Contains("in use"));
    }

    private Task<RunningServer> StartAsync(ModelServerOptions options) => RunningServer.StartAsync(options, [$"endless={_directory.Path}"]);

    // Greedy over random weights; token 2 would end the text.
    private static async Task<HttpResponseMessage> PostAsync(
        RunningServer server, int tokens, bool streams, CancellationToken cancellation = default)
    {
        var body = JsonSerializer.Serialize(new
        {
            model = "endless",
            prompt = "a",
            max_tokens = tokens,
            stream = streams,
            logit_bias = new Dictionary<string, int> { ["2"] = -100 },
        });
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/v1/completions")
        { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }
}
