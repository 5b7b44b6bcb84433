using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Tests.Configuration;

public sealed class LiteralSecretsTests
{
    private const string Api = """
        api:
          name: chat
          endpoint: "http://localhost:8080/v1/chat?key=AIza%2Fsecret&model=small"
          auth: {type: oauth, token_url: "http://localhost:8080/token?api_key=of-the-issuer", client_id: me, token_env: CLIENT_SECRET}
          request:
            headers:
              X-Api-Key: literal-header
              X-Token: "${FROM_ENVIRONMENT}"
              Accept-Language: en

        """;

    private const string Models = """
        society:
          enabled: true
          llm: {endpoint: "http://localhost:8080/v1/chat/completions?code=of-the-society", model: thinker}

        """;

    private static OptimizationConfig Config => SampleConfig.Read(Api, more: Models);

    [Test]
    public void Of_HeadersAndQueriesOfAllAddresses_HasTheirSecretsAlone() => Assert.That(
        LiteralSecrets.Of(Config).Distinct(),
        Is.EquivalentTo((string[])["literal-header", "AIza%2Fsecret", "AIza/secret", "of-the-issuer", "of-the-society"]));

    [TestCase("api.endpoint")]
    [TestCase("api.auth.token_url")]
    [TestCase("society.llm.endpoint")]
    public void Read_ASecretInAQuery_IsToldWithoutIt(string key)
    {
        var told = Config.FindingsAbout(key).Single();
        Assert.That(told, Does.Contain("may hold a secret in its query").And.Contain("[redacted]"));
        Assert.That(told, Does.Not.Contain("secret&").And.Not.Contain("of-the"));
    }

    [TestCase("http://h/x?key=abc&n=1#key=2", "http://h/x?key=[redacted]&n=1#key=2")]
    [TestCase("http://h/x?keyboard=abc", "http://h/x?keyboard=abc")]
    [TestCase("http://h/x?sig=", "http://h/x?sig=")]
    public void Hide_AnAddress_ReplacesSecretsAlone(string address, string hidden) =>
        Assert.That(LiteralSecrets.Hide(address), Is.EqualTo(hidden));
}
