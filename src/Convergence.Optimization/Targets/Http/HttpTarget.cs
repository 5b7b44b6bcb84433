using System.Text.Json.Nodes;
using Convergence.Optimization.Adapters;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.TestCases;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Targets.Http;

/// <summary>
/// An API over HTTP: an address and a wire format by the configuration's model, and a caller that pays, repeats and records.
/// </summary>
/// <param name="routes">Addresses and formats.</param>
/// <param name="caller">Sends.</param>
/// <param name="costs">Reckons.</param>
/// <param name="api">The configuration.</param>
/// <param name="note">Is told what a reader of the run should know.</param>
internal sealed class HttpTarget(ApiRoutes routes, ApiCaller caller, CallCosts costs, ApiConfig api, Action<string> note) : ICallTarget
{
    private readonly CapabilityRules _rules = new();
    private readonly ResponseReader _reader = new(api.Response);

    public async Task<TargetAnswer> CallAsync(
        JsonObject parameters, TestCase testCase, int repetition, CancellationToken cancellation)
    {
        var (adapter, request) = Write(parameters, testCase);
        request = _rules.Apply(request with { Repetition = repetition });
        var recorded = await SendAsync(request, cancellation).ConfigureAwait(false);
        var spent = recorded.Spent;
        while (_rules.Learn(request, recorded.Answer) is { } refused)
        {
            note($"{request.Model ?? api.Name} does not take '{refused}': it is called without it from now on.");
            request = _rules.Apply(request);
            recorded = await SendAsync(request, cancellation).ConfigureAwait(false);
            spent += recorded.Spent;
        }

        var (answer, result) = _reader.Read(recorded.Answer, adapter);
        return new TargetAnswer(answer, result, costs.CostOf(request, recorded.Answer), recorded.IsInherited) { Spent = spent };
    }

    public CallForecast Forecast(JsonObject parameters, TestCase testCase) =>
        costs.Forecast(_rules.Apply(Write(parameters, testCase).Request));

    public IReadOnlyCollection<string> Unsent(JsonObject parameters, TestCase testCase)
    {
        return [.. parameters.Select(entry => entry.Key).Where(name => name != "model" && IsUnsent(name))];

        bool IsUnsent(string name)
        {
            var changed = parameters.DeepClone().AsObject();
            changed[name] = JsonValues.Number(changed[name]) is { } number ? number + 1 : $"other than {changed[name]?.ToJsonString()}";
            try
            {
                return _rules.IsWithoutEffect(Write(parameters, testCase).Request, Write(changed, testCase).Request);
            }
            catch (ConvergenceException)
            {
                return false; // Where another value cannot be written, the value counts.
            }
        }
    }

    private Task<RecordedAnswer> SendAsync(ApiRequest request, CancellationToken cancellation) =>
        caller.CallAsync(request, costs.Forecast(request).Most, costs.PriceOf(request), cancellation);

    private (IApiAdapter Adapter, ApiRequest Request) Write(JsonObject parameters, TestCase testCase)
    {
        var input = JsonMaps.Merge(api.Request.Defaults, testCase.Input);
        var (adapter, target) = routes.For(JsonValues.Text(parameters["model"]) ?? JsonValues.Text(input["model"]));
        return (adapter, adapter.Write(target, input, parameters) with { FindFailure = body => _reader.FindFailure(body, adapter) });
    }
}
