using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Adapters;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Targets;

namespace Convergence.Optimization.Society;

/// <summary>A model that answers prompts. Its calls are paid, limited and recorded like all others.</summary>
internal sealed class ChatModel
{
    private readonly JudgeConfig _config;
    private readonly ApiTarget _target;
    private readonly IApiAdapter _adapter;
    private readonly ApiCaller _caller;
    private readonly CallCosts _costs;

    /// <param name="config">The model.</param>
    /// <param name="caller">Sends.</param>
    /// <param name="costs">Reckons.</param>
    public ChatModel(JudgeConfig config, ApiCaller caller, CallCosts costs)
    {
        (_config, _caller, _costs) = (config, caller, costs);
        _target = new ApiTarget(config.Endpoint, HttpMethod.Post, ImmutableSortedDictionary<string, string>.Empty);
        _adapter = AdapterChoice.Create(config.Adapter == AdapterKind.Auto ? AdapterChoice.OfAddress(config.Endpoint) : config.Adapter);
    }

    /// <summary>Its name.</summary>
    public string Name => _config.Model;

    /// <summary>What one prompt may cost at most.</summary>
    public CallForecast Forecast(string system, string prompt) => _costs.Forecast(Request(system, prompt, 0));

    /// <summary>Asks.</summary>
    /// <param name="system">What it is to be.</param>
    /// <param name="prompt">What it is asked.</param>
    /// <param name="repetition">Tells repeated questions apart, from 0.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="BudgetExhaustedException">A limit forbids the call.</exception>
    /// <exception cref="SocietyException">No answer came.</exception>
    public async Task<ModelAnswer> AskAsync(string system, string prompt, int repetition, CancellationToken cancellation)
    {
        var request = Request(system, prompt, repetition);
        var recorded = await _caller.CallAsync(request, _costs.Forecast(request).Most, _costs.PriceOf(request), cancellation)
            .ConfigureAwait(false);
        if (recorded.Answer.Failure is { } failure)
        {
            throw new SocietyException($"{_config.Model}: {failure.Message}");
        }

        return new ModelAnswer(ResponseText.Of(_adapter.Read(recorded.Answer.Body)), recorded.Spent);
    }

    private ApiRequest Request(string system, string prompt, int repetition)
    {
        var input = new JsonObject { ["system"] = system, ["prompt"] = prompt };
        var parameters = new JsonObject
        {
            ["model"] = _config.Model,
            ["temperature"] = _config.Temperature,
            ["max_tokens"] = _config.MaxTokens,
        };
        return _adapter.Write(_target, input, parameters) with { Repetition = repetition };
    }
}
