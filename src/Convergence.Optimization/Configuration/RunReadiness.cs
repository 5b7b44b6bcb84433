using System.Collections.Immutable;
using Convergence.Foundation.Configuration;
using Convergence.Optimization.Scoring;

namespace Convergence.Optimization.Configuration;

/// <summary>
/// What keeps a valid configuration from calling its API: secrets that are not set, addresses that are only examples, metrics that nothing
/// can score. A plan needs none of it; a run checks it before its first call.
/// </summary>
public static class RunReadiness
{
    private static readonly string[] Placeholders = ["api.example.com", "your-resource", "your-model", "your_resource", "placeholder"];

    /// <summary>Whether an address is an example that somebody forgot to fill in.</summary>
    public static bool IsPlaceholder(string address) =>
        Placeholders.Any(part => address.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>The token of an API; <see langword="null"/> when none of its variables is set.</summary>
    public static string? FindToken(this ISecrets secrets, AuthConfig auth) =>
        TokenNames(auth).Select(secrets.Find).FirstOrDefault(value => value is not null);

    /// <summary>Everything that is missing, each with its cure; empty when the run can begin.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="secrets">Where secrets are.</param>
    /// <param name="hasEvaluator">Whether a program gives an evaluator beside the configuration. Default: no.</param>
    public static ImmutableArray<string> Problems(OptimizationConfig config, ISecrets secrets, bool hasEvaluator = false)
    {
        var isCalled = !config.Api.MockMode
            && AdapterFacts.Of(config.Api, config.Agent) is not (AdapterKind.Local or AdapterKind.Process);
        var calls = isCalled ? TargetProblems(config, secrets) : [];
        var judges = JudgeProblems(config, secrets, isCalled);
        return [.. calls, .. judges, .. MetricProblems(config, hasEvaluator), .. StorageProblems(config, secrets)];
    }

    /// <exception cref="ConfigurationException">With all of <see cref="Problems"/>.</exception>
    public static void Require(OptimizationConfig config, ISecrets secrets, bool hasEvaluator = false)
    {
        if (Problems(config, secrets, hasEvaluator) is { IsEmpty: false } problems)
        {
            throw new ConfigurationException(config.Source, problems);
        }
    }

    /// <summary>The addresses that a run calls, with their keys. Agents have a registry of their own, and files of the original write a
    /// placeholder beside it.</summary>
    internal static IEnumerable<(string Key, string Endpoint)> AddressesOf(OptimizationConfig config) =>
        config.Agent is { Models.Length: > 0 } agent
            ? agent.Models.Select(model => ($"agent.models.{model.Name}.endpoint", model.Endpoint))
            : config.Api.Models.Select(model => ($"api.models.{model.Name}.endpoint", model.Endpoint))
                .Concat(config.Api.Endpoint is { } single ? [("api.endpoint", single)] : []);

    private static IEnumerable<string> TokenNames(AuthConfig auth) =>
        auth.TokenEnvironment is { } name ? auth.TokenFallbacks.Prepend(name) : auth.TokenFallbacks;

    private static IEnumerable<string> TargetProblems(OptimizationConfig config, ISecrets secrets)
    {
        foreach (var (key, endpoint) in AddressesOf(config).Where(address => IsPlaceholder(address.Endpoint)))
        {
            yield return $"{key}: '{LiteralSecrets.Hide(endpoint)}' is an example's address. Put your own there, or set "
                + "api.mock_mode: true to try the run without calls.";
        }

        foreach (var problem in AuthProblems("api.auth", config.Api.Auth, secrets))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> JudgeProblems(OptimizationConfig config, ISecrets secrets, bool isCalled)
    {
        var evaluation = config.Evaluation;
        if (config.Api.MockMode)
        {
            return [];
        }

        // What the API's own key lacks is told of the API.
        var kinds = evaluation.Metrics.Select(metric => metric.Kind).ToHashSet();
        var judge = evaluation.LacksJudge
            ? ["evaluation.judge: missing. A metric of type llm_judge needs a model that judges: give it endpoint, model and auth."]
            : kinds.Contains(MetricKind.LlmJudge) && !(isCalled && evaluation.Judge!.Auth == config.Api.Auth)
                ? AuthProblems("evaluation.judge.auth", evaluation.Judge!.Auth, secrets)
                : [];
        var embedding = kinds.Contains(MetricKind.CosineSimilarity) && evaluation.Embedding is { } model
            ? AuthProblems("evaluation.embedding.auth", model.Auth, secrets)
            : [];
        return judge.Concat(embedding);
    }

    private static IEnumerable<string> MetricProblems(OptimizationConfig config, bool hasEvaluator)
    {
        var custom = config.Evaluation.Metrics.Where(metric => metric.Kind == MetricKind.Custom && !hasEvaluator)
            .ToLookup(metric => metric.Evaluator ?? config.Evaluation.CustomEvaluator);
        var unscored = custom[null].Select(metric =>
            $"evaluation.metrics.{metric.Name}: nothing scores it. Give it a type (llm_judge, similarity, text_quality, ...), or name "
            + "an evaluator: evaluation.custom_evaluator with module and function.");
        var unusable = custom.Select(group => group.Key).OfType<EvaluatorReference>()
            .Select(reference => ScorerFactory.ProblemOf(config, reference)).OfType<string>()
            .Select(problem => $"evaluation.custom_evaluator: {problem}");
        return unscored.Concat(unusable);
    }

    private static IEnumerable<string> StorageProblems(OptimizationConfig config, ISecrets secrets) =>
        new[] { ("storage.connection_env", config.Storage.ConnectionEnvironment), ("storage.token_env", config.Storage.TokenEnvironment) }
            .Where(entry => entry.Item2 is { } name && secrets.Find(name) is null)
            .Select(entry => NotSet(entry.Item1, [entry.Item2!]));

    private static IEnumerable<string> AuthProblems(string key, AuthConfig auth, ISecrets secrets)
    {
        if (auth.Type is AuthKind.Bearer or AuthKind.ApiKey or AuthKind.OAuth && secrets.FindToken(auth) is null)
        {
            yield return NotSet(key + ".token_env", [.. TokenNames(auth)]);
        }

        if (auth is { Type: AuthKind.Basic, PasswordEnvironment: { } password } && secrets.Find(password) is null)
        {
            yield return NotSet(key + ".password_env", [password]);
        }
    }

    private static string NotSet(string key, string[] names) => names.Length == 0
        ? $"{key}: missing. Name the environment variable of the token."
        : $"{key}: {names[0]} is not set{(names.Length > 1 ? $" (nor {string.Join(", ", names[1..])})" : "")}. "
            + $"Set it (export {names[0]}=...), or write it to a file .env beside the configuration.";
}
