using System.Collections.Immutable;
using Convergence.Optimization.Configuration;
using Convergence.Testing;
using Convergence.Testing.Providers;

namespace Convergence.Optimization.Tests.Runs.Examples;

/// <summary>A copy of a family of examples/optimize that calls a server on this machine and is otherwise as it stands there.</summary>
internal sealed class ExampleFamily : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    /// <param name="name">The family's folder.</param>
    /// <param name="server">Stands for its provider.</param>
    /// <param name="overrides">Further keys that are replaced.</param>
    public ExampleFamily(string name, ProviderServer server, params IEnumerable<(string Key, string Value)> overrides)
    {
        foreach (var file in Directory.GetFiles(RepositoryRoot.Combine("examples", "optimize", name)))
        {
            File.Copy(file, _directory.Combine(Path.GetFileName(file)));
        }

        var replaced = AddressesOf(name, server).Concat(overrides).ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value);
        Config = OptimizationConfigReader.ReadFile(FileIn(_directory.Path), new ReaderOptions { Overrides = replaced });
    }

    public OptimizationConfig Config { get; }

    /// <summary>The family as it stands in the repository.</summary>
    public static OptimizationConfig Read(string name) =>
        OptimizationConfigReader.ReadFile(FileIn(RepositoryRoot.Combine("examples", "optimize", name)));

    public Task<OptimizationRunResult> RunAsync(RunOptions? options = null, CancellationToken cancellation = default) =>
        Run.OptimizeAsync(Config, (options ?? new RunOptions()) with { Secrets = new ProviderSecrets() }, cancellation);

    /// <summary>Everything that lies in the family's folder after a run, by its path in there.</summary>
    public ImmutableSortedDictionary<string, byte[]> Files() =>
        Directory.GetFiles(_directory.Path, "*", SearchOption.AllDirectories).ToImmutableSortedDictionary(
            path => Path.GetRelativePath(_directory.Path, path), File.ReadAllBytes, StringComparer.Ordinal);

    public void Dispose() => _directory.Dispose();

    private static string FileIn(string directory) => Directory.GetFiles(directory, "*_optimization.yaml").Single();

    // Groq's format is told by its host, which the server has not; Reddit's agent is one that takes JSON and asks for a key of its own.
    private static (string Key, string Value)[] AddressesOf(string name, ProviderServer server) => name switch
    {
        "groq" => [("api.endpoint", server.Groq), ("api.adapter", "groq")],
        "openai" => [("api.endpoint", server.OpenAiResponses)],
        "azure" =>
        [
            ("api.models.gpt-4.1.endpoint", server.Azure("gpt-4.1")),
            ("api.models.o4-mini.endpoint", server.Azure("o4-mini")),
        ],
        "browserbase" => [("api.endpoint", server.BrowserBase)],
        "discord" or "gmail" => [("agent.models.gpt-4.1.endpoint", $"{server.Address}/agents/{name}/runs")],
        "reddit" =>
        [
            ("agent.models.gpt-4.1.endpoint", server.Agent),
            ("api.request.headers.X-Bot-Token", "${REDDIT_CLIENT_SECRET}"),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such family."),
    };

    // No key for the society's model: it is off.
    private sealed class ProviderSecrets : ISecrets
    {
        public string? Find(string name) => name switch
        {
            "GEMINI_API_KEY" => null,
            "BROWSERBASE_PROJECT_ID" => "project",
            _ => ProviderServer.Key,
        };
    }
}
