using Convergence.Optimization.Text;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>Who judges where a metric asks for a judge and the file gives none: the model under test, where it is one that chats.</summary>
internal static class SelfJudging
{
    private static readonly AdapterKind[] Chats =
        [AdapterKind.OpenAiChat, AdapterKind.OpenAiResponses, AdapterKind.Groq, AdapterKind.Gemini, AdapterKind.Anthropic];

    /// <returns>The configuration, with a judge where there can be one; what that means is noted.</returns>
    public static OptimizationConfig Apply(OptimizationConfig config, ConfigReading reading)
    {
        if (!config.Evaluation.LacksJudge || config.Api.MockMode)
        {
            return config;
        }

        var key = $"evaluation.metrics.{config.Evaluation.Metrics.First(metric => metric.Kind == MetricKind.LlmJudge).Name}";
        var adapter = AdapterFacts.Of(config.Api, config.Agent);
        var isRouted = !config.Api.Models.IsDefaultOrEmpty || config.Agent is not null || !config.Api.Request.Headers.IsEmpty;
        if (isRouted || config.Api.Endpoint is not { } endpoint || !Chats.Contains(adapter) || ModelOf(config) is not { } model)
        {
            reading.Warn(
                key,
                "needs a model that judges, and none is given: a plan can be made, without the judge's calls, and a run will not begin. "
                + "Give evaluation.judge endpoint, model and auth.");
            return config;
        }

        reading.Warn(
            key,
            $"is judged by '{model}' of the API under test, since no evaluation.judge is given. A model is kind to its own answers: name "
            + "another one by evaluation.judge.");
        var judge = new JudgeConfig { Endpoint = endpoint, Model = model, Adapter = adapter, Auth = config.Api.Auth };
        return config with { Evaluation = config.Evaluation with { Judge = judge } };
    }

    // The first that is searched: the same for all configurations, whatever they are.
    private static string? ModelOf(OptimizationConfig config) =>
        config.SearchSpace.Parameters.FirstOrDefault(parameter => parameter.Name == "model") is { Values.IsDefaultOrEmpty: false } model
            ? JsonValues.Text(model.Values[0])
            : JsonValues.Text(config.Api.Request.Defaults["model"]);
}
