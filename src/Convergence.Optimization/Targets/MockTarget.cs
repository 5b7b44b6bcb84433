using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.TestCases;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Targets;

/// <summary>
/// Made-up answers for trying a configuration out (<c>api.mock_mode</c>): the same for the same parameters and case, and smoothly
/// better or worse as numbers change, so that a search has something to find. Each says <c>"mock": true</c>.
/// </summary>
/// <param name="calls">Records.</param>
internal sealed class MockTarget(DirectCalls calls) : ICallTarget
{
    private const string Filler = "This answer was made up from the parameters.";

    public async Task<TargetAnswer> CallAsync(
        JsonObject parameters, TestCase testCase, int repetition, CancellationToken cancellation)
    {
        var answer = await calls.CallAsync(
            DirectCalls.Request("mock", parameters, testCase, repetition),
            _ => Task.FromResult<(JsonNode?, CallFailure?)>((Answer(parameters, testCase), null)),
            cancellation).ConfigureAwait(false);
        var latency = TimeSpan.FromMilliseconds(200 + (1800 * (1 - Quality(parameters))));
        return answer with { Answer = answer.Answer with { Latency = latency } };
    }

    public CallForecast Forecast(JsonObject parameters, TestCase testCase) => new(0, 0, 0, HasPrice: true);

    private static JsonObject Answer(JsonObject parameters, TestCase testCase)
    {
        var keywords = new Expectation(testCase.Expected).Texts("contains");
        var count = (int)Math.Round(keywords.Length * Quality(parameters));
        return new JsonObject
        {
            ["mock"] = true,
            ["text"] = string.Join(' ', keywords.Take(count).Append(Filler)),
            ["usage"] = new JsonObject { ["prompt_tokens"] = testCase.Input.ToJsonString().Length / 4, ["completion_tokens"] = 10 + count },
        };
    }

    // The mean over the parameters, each of which has a best value of its own.
    private static double Quality(JsonObject parameters) =>
        parameters.Count == 0 ? 1 : parameters.Average(parameter => Fitness(parameter.Key, parameter.Value));

    private static double Fitness(string name, JsonNode? value)
    {
        if (JsonValues.Number(value) is not { } number)
        {
            return Share($"{name}={value?.ToJsonString()}");
        }

        // Numbers of any size on a line from -1 to 1.
        return 1 - Math.Min(1, Math.Abs((number / (1 + Math.Abs(number))) - Share(name)));
    }

    private static double Share(string text) =>
        BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) / (double)uint.MaxValue;
}
