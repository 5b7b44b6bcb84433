using Convergence.Optimization.Calls.Authorization;
using Convergence.Optimization.Calls.Sending;

namespace Convergence.Optimization.Tests.Calls.Authorization;

public sealed class ClientCredentialsTests
{
    [TestCase("""{"access_token": "t", "expires_in": 1e300}""")]
    [TestCase("""{"access_token": "t", "expires_in": -1e300}""")]
    [TestCase("""{"access_token": "t", "expires_in": "soon"}""")]
    public async Task AuthorizeAsync_AnyLifetime_GivesTheToken(string answer)
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => LoopbackServer.Json(context, answer));
        using var client = HttpClients.Create(1);
        using var credentials = Credentials(client, server);
        using var message = new HttpRequestMessage();

        await credentials.AuthorizeAsync(message, default);

        Assert.That(message.Headers.Authorization!.Parameter, Is.EqualTo("t"));
    }

    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("no JSON")]
    [TestCase("""{"access_token": "a\nb"}""")]
    [TestCase("""{"access_token": "a", "access_token": "b"}""")]
    public async Task AuthorizeAsync_NoToken_SaysSo(string answer)
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => LoopbackServer.Json(context, answer));
        using var client = HttpClients.Create(1);
        using var credentials = Credentials(client, server);
        using var message = new HttpRequestMessage();

        Assert.That(
            async () => await credentials.AuthorizeAsync(message, default),
            Throws.TypeOf<HttpRequestException>().With.Message.Contains("access_token"));
    }

    [Test]
    public async Task AuthorizeAsync_WhileOthersAreRefused_NeverSendsAnEmptyToken()
    {
        await using var server = await LoopbackServer.StartAsync((context, number) =>
            LoopbackServer.Json(context, $$"""{"access_token": "token-{{number}}", "expires_in": 3600}"""));
        using var client = HttpClients.Create(1);
        using var credentials = Credentials(client, server);

        var sent = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var tokens = new List<string?>();
            for (var call = 0; call < 50; call++)
            {
                using var message = new HttpRequestMessage();
                await credentials.AuthorizeAsync(message, default);
                tokens.Add(message.Headers.Authorization!.Parameter);
                credentials.OnRefused(message);
            }

            return tokens;
        })));

        Assert.That(sent.SelectMany(tokens => tokens), Has.All.StartsWith("token-"));
    }

    private static ClientCredentials Credentials(HttpClient client, LoopbackServer server) =>
        new(client, server.Address, "id", "secret-of-the-client", null, TimeProvider.System);
}
