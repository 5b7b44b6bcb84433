using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Calls.Spending.Prices;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Processes;
using Convergence.Optimization.Scoring.Judging;
using Convergence.Optimization.Scoring.Python;
using Convergence.Optimization.Scoring.Scorers;
using Convergence.Optimization.Targets;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Scoring;

/// <summary>Makes scorers of a configuration's metrics.</summary>
public sealed class ScorerFactory
{
    private readonly OptimizationConfig _config;
    private readonly CallServices _services;
    private readonly CustomEvaluator? _evaluator;
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly Dictionary<string, LineProcessPool> _programs = new(StringComparer.Ordinal);
    private LlmJudge? _judge;

    private ScorerFactory(OptimizationConfig config, CallServices services, CustomEvaluator? evaluator)
    {
        _config = config;
        _services = services;
        _evaluator = evaluator;
    }

    /// <summary>
    /// Makes them. Evaluators in Python are started once, so that one that cannot work is known before anything is paid for.
    /// </summary>
    /// <param name="config">The configuration.</param>
    /// <param name="services">What the run shares; judges and models that embed texts call by them.</param>
    /// <param name="evaluator">
    /// An evaluator of the embedding program, which takes the place of <c>evaluation.custom_evaluator</c>; <see langword="null"/> for none.
    /// </param>
    /// <param name="cancellation">Ends starting evaluators.</param>
    /// <exception cref="ConvergenceException">An evaluator, a judge or a credential is missing. Nothing was called.</exception>
    public static async Task<ScorerSet> CreateAsync(
        OptimizationConfig config, CallServices services, CustomEvaluator? evaluator = null, CancellationToken cancellation = default)
    {
        var factory = new ScorerFactory(config, services, evaluator);
        try
        {
            var metrics = ImmutableArray.CreateBuilder<MetricScorer>();
            foreach (var metric in config.Evaluation.Metrics)
            {
                metrics.Add(new MetricScorer(metric, await factory.CreateAsync(metric, cancellation).ConfigureAwait(false)));
            }

            return new ScorerSet(metrics.ToImmutable(), [.. factory._owned]);
        }
        catch
        {
            await new ScorerSet([], [.. factory._owned]).DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<CheckedScorer> CreateAsync(MetricConfig metric, CancellationToken cancellation)
    {
        var (scorer, isOriented) = metric.Kind switch
        {
            MetricKind.Latency => (new FunctionScorer(scored => Latency(scored, metric)), true),
            MetricKind.Cost => (new FunctionScorer(scored => Cost(scored, metric)), true),
            MetricKind.SuccessRate => (new FunctionScorer(Success), true),
            MetricKind.ExactMatch => (new FunctionScorer(ExpectedAnswer.Matches), false),
            MetricKind.Similarity => (new FunctionScorer(scored =>
                Metrics.Similarity(scored.Input.Text.Trim(), ExpectedAnswer.TextOf(scored.TestCase).Trim())), false),
            MetricKind.Diversity => (new FunctionScorer(scored => AnswerDiversity.Of(scored.Answer.Result, scored.Input.Text)), false),
            MetricKind.TextQuality => (Of(new TextQualityEvaluator(), null), false),
            MetricKind.JsonStructure => (new FunctionScorer(JsonStructure), false),
            MetricKind.CodeQuality => (Of(new CodeQualityEvaluator(), null), false),
            MetricKind.LlmJudge => (Judged(metric), false),
            MetricKind.CosineSimilarity => (Cosine(metric), false),
            _ => await CustomAsync(metric, cancellation).ConfigureAwait(false),
        };
        return new CheckedScorer(scorer, metric.IsLowerBetter && !isOriented);
    }

    private async Task<(IMetricScorer Scorer, bool IsOriented)> CustomAsync(MetricConfig metric, CancellationToken cancellation)
    {
        if (_evaluator is { } given && metric.Evaluator is null)
        {
            return (new DelegateScorer(given, metric.Name), false);
        }

        var reference = metric.Evaluator ?? _config.Evaluation.CustomEvaluator
            ?? throw new EvaluatorException(
                $"{_config.Source}: evaluation.metrics.{metric.Name}: is found by an evaluator, and none is given. "
                + "Give evaluation.custom_evaluator (module, function), the metric's own \"evaluator\", or a built-in type such as "
                + "exact_match, similarity or text_quality.");

        // The original asks for its metric "accuracy" without a name, which gives the evaluator's aggregate.
        var asked = metric.Name == "accuracy" ? null : metric.Name;
        var builtIn = BuiltInEvaluators.Find(WithoutFile(reference).Name);
        if (builtIn is not null && !IsFile(reference))
        {
            NoteFileBeside(reference);
            return (Of(builtIn, asked), true);
        }

        if (!_programs.TryGetValue(reference.Name, out var program))
        {
            program = await PythonBridge.StartAsync(_config, reference, _services, cancellation).ConfigureAwait(false);
            _programs[reference.Name] = program;
            _owned.Add(program);
        }

        // A file that goes by the name of an example's evaluator gives 1 for the best, as that does, whatever the metric's type.
        return (new PythonScorer(program, reference.Name, asked), builtIn is not null);
    }

    /// <summary>What keeps an evaluator from being started, as far as that is known without starting it.</summary>
    internal static string? ProblemOf(OptimizationConfig config, EvaluatorReference reference) =>
        BuiltInEvaluators.Find(WithoutFile(reference).Name) is not null && !IsFile(reference)
            ? null
            : PythonBridge.ProblemOf(config, reference, Environment.GetEnvironmentVariable);

    private IMetricScorer Judged(MetricConfig metric)
    {
        if (_config.Api.MockMode)
        {
            _services.Note($"evaluation.metrics.{metric.Name}: no judge is asked in mock mode; text_quality stands in.");
            return Of(new TextQualityEvaluator(), null);
        }

        var judge = _config.Evaluation.Judge ?? throw new EvaluatorException(
            $"{_config.Source}: evaluation.metrics.{metric.Name}: is judged by a model, and none is given. "
            + "Give evaluation.judge (endpoint, model, auth), or use a type that needs no model, such as text_quality or similarity.");
        _judge ??= new LlmJudge(judge, CallerFor(judge.Auth, "evaluation.judge.auth"), Costs);
        return new JudgeScorer(_judge, metric);
    }

    private IMetricScorer Cosine(MetricConfig metric)
    {
        if (_config.Evaluation.Embedding is { } embedding && !_config.Api.MockMode)
        {
            return new EmbeddingScorer(embedding, CallerFor(embedding.Auth, "evaluation.embedding.auth"), Costs);
        }

        _services.Note(
            $"evaluation.metrics.{metric.Name}: texts are compared by their words, since evaluation.embedding gives no model that embeds "
            + "them (or the run is a mock).");
        return new FunctionScorer(scored => WordCosine.Of(scored.Input.Text, ExpectedAnswer.TextOf(scored.TestCase)));
    }

    private CallCosts Costs => new(new PriceTable(_config.Api.Prices));

    private ApiCaller CallerFor(AuthConfig auth, string key) =>
        _services.CallerFor(_services.Authorizations.Create(auth, _config.Source, key), SendOptions.Of(_config));

    private static bool IsFile(EvaluatorReference reference) => reference.Module.EndsWith(".py", StringComparison.Ordinal);

    private static EvaluatorReference WithoutFile(EvaluatorReference reference) =>
        IsFile(reference) ? reference with { Module = Path.GetFileNameWithoutExtension(reference.Module) } : reference;

    private void NoteFileBeside(EvaluatorReference reference)
    {
        var file = $"{reference.Module}.py";
        if (File.Exists(Path.Combine(_config.Directory, file)))
        {
            _services.Note(
                $"evaluation.custom_evaluator: {reference.Name} is built in, so {file} beside the configuration is not run. "
                + $"To run it, write \"module: {file}\".");
        }
    }

    private static FunctionScorer Of(IEvaluator evaluator, string? metric) => new(scored => evaluator.Score(scored.Input, metric));

    private static double Latency(ScoredCall scored, MetricConfig metric) =>
        Metrics.Latency(scored.Answer.Answer.Latency.TotalMilliseconds, metric.Threshold);

    private static double Cost(ScoredCall scored, MetricConfig metric) =>
        scored.Answer.CostUsd is { } cost
            ? Metrics.Cost(cost, metric.BudgetPerCall)
            : throw new EvaluatorException(
                $"what the call cost is not known: its model "
                + $"{JsonValues.Text(scored.Parameters["model"]) ?? "(not named)"} has no price, or the answer counts no tokens. "
                + "Give api.prices, with \"*\" for all models that it does not name.");

    // Calls that failed are not scored. Of those that did not, some answers say that nothing came of them.
    private static double Success(ScoredCall scored) => scored.Answer.Result is JsonObject result
        && (result["success"]?.GetValueKind() == JsonValueKind.False || JsonValues.Text(result["status"]) is "failed" or "error") ? 0 : 1;

    // The answer itself where it is JSON of the API's own; a model's answer is the JSON in its text.
    private static double JsonStructure(ScoredCall scored)
    {
        var text = scored.Input.Text;
        var isOwn = scored.Answer.Result is JsonObject own && text == PythonText.Of(own);
        return new JsonStructureEvaluator().Score(isOwn ? scored.Input : scored.Input with { Response = JsonValue.Create(text) }, null);
    }
}
