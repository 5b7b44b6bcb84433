using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Targets;
using Convergence.Optimization.Targets.Templates;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Tests.Targets.Templates;

public sealed class TemplatedTargetTests
{
    private sealed class Recorder : ICallTarget
    {
        public JsonObject? Parameters { get; private set; }

        public JsonObject? Input { get; private set; }

        public Task<TargetAnswer> CallAsync(JsonObject parameters, TestCase testCase, int repetition, CancellationToken cancellation)
        {
            (Parameters, Input) = (parameters, testCase.Input);
            return Task.FromResult<TargetAnswer>(null!);
        }

        public CallForecast Forecast(JsonObject parameters, TestCase testCase)
        {
            (Parameters, Input) = (parameters, testCase.Input);
            return default;
        }
    }

    private static async Task<Recorder> CallAsync(
        string text, string name, ImmutableArray<string> variables, ParameterConfig? parameter = null, string parameters = "{}")
    {
        var config = Configs.Of(new ApiConfig { Name = "a" });
        config = config with
        {
            SearchSpace = new SearchSpaceConfig(
                parameter is null ? config.SearchSpace.Parameters : [parameter],
                [new TemplateConfig(name, "t.txt", variables, text)]),
        };
        var recorder = new Recorder();
        var target = TemplatedTarget.Over(recorder, config);
        await target.CallAsync(Configs.Map(parameters), Configs.Case("""{"question": "Why?", "n": 2}"""), 0, CancellationToken.None);
        return recorder;
    }

    [Test]
    public async Task CallAsync_TemplateOfItsOwn_BecomesTheFieldOfItsName()
    {
        var call = await CallAsync("Answer {n} times: {question} {tone} {unknown} {}", "prompt", [], parameters: """{"tone": "kindly"}""");
        Assert.That((string)call.Input!["prompt"]!, Is.EqualTo("Answer 2 times: Why? kindly {unknown} {}"));
        Assert.That(call.Parameters!.ToJsonString(), Is.EqualTo("""{"tone":"kindly"}"""));
    }

    [Test]
    public async Task CallAsync_TemplateThatAParameterNames_TakesTheValuesPlace()
    {
        var parameter = new ParameterConfig { Name = "prompt", Kind = ParameterKind.Categorical, Values = ["brief", "other"] };
        var call = await CallAsync("Briefly: {question}", "brief", ["question"], parameter, """{"prompt": "brief"}""");
        Assert.That((string)call.Parameters!["prompt"]!, Is.EqualTo("Briefly: Why?"));
        Assert.That(call.Input!.ContainsKey("brief"), Is.False);
    }

    [Test]
    public async Task CallAsync_OnlyNamedVariables_AreFilled() =>
        Assert.That((string)(await CallAsync("{question} {n}", "prompt", ["question"])).Input!["prompt"]!, Is.EqualTo("Why? {n}"));

    [Test]
    public void CallAsync_NamedVariableThatTheCallLacks_IsAnError() =>
        Assert.That(
            async () => await CallAsync("{context}", "prompt", ["context"]),
            Throws.TypeOf<TargetException>().With.Message.StartsWith("search_space.templates.prompt: case-1 has no field 'context'"));

    [Test]
    public void Over_NoTemplates_IsTheTargetItself()
    {
        var recorder = new Recorder();
        Assert.That(TemplatedTarget.Over(recorder, Configs.Of(new ApiConfig { Name = "a" })), Is.SameAs(recorder));
    }
}
