using System.Text.Json.Nodes;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Targets;

namespace Convergence.Optimization.Tests.Targets;

public sealed class PromptTemplatesTests
{
    private RunFixture _run = null!;

    [SetUp]
    public void SetUp() => _run = new RunFixture();

    [TearDown]
    public void TearDown() => _run.Dispose();

    [Test]
    public async Task Call_TemplateOfAParameter_BecomesThePrompt()
    {
        var body = await CallAsync(
            """{"template": "short", "tone": "dry", "temperature": 0.5}""",
            """{"country": "Senegal"}""",
            ("short", "In a {tone} tone: capital of {country}? {\"json\": {unknown}}"), ("long", "x"));

        Assert.That((string?)body["input"]!["prompt"], Is.EqualTo("In a dry tone: capital of Senegal? {\"json\": {unknown}}"));
        Assert.That(body["parameters"]!.ToJsonString(), Is.EqualTo("""{"temperature":0.5}"""), "The prompt's parts go in it alone.");
        Assert.That(body["input"]!.AsObject(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Call_OnlyTemplate_IsAlwaysUsed()
    {
        var body = await CallAsync("{}", """{"country": "Senegal"}""", ("only", "Capital of {country}?"));

        Assert.That((string?)body["input"]!["prompt"], Is.EqualTo("Capital of Senegal?"));
    }

    [Test]
    public async Task Call_Conversation_BeginsWithTheTemplate()
    {
        var body = await CallAsync("{}", """{"messages": [{"role": "user", "content": "Hi"}]}""", ("only", "Be brief."));

        Assert.That((string?)body["input"]!["messages"]![0]!["content"], Is.EqualTo("Be brief."));
    }

    [TestCase("""{"template": "shrot"}""", "Did you mean \"short\"")]
    [TestCase("""{"template": "short"}""", "country")]
    public void Call_SomethingIsMissing_IsNamed(string parameters, string told) => Assert.That(
        async () => await CallAsync(parameters, "{}", ("short", "Capital of {country}?"), ("long", "x")),
        Throws.TypeOf<TargetException>().With.Message.Contains(told).And.Message.Contains("search_space.templates"));

    // What a function in the API's place is given.
    private async Task<JsonObject> CallAsync(string parameters, string input, params (string Name, string Text)[] templates)
    {
        var config = Configs.Of(new ApiConfig { Name = "local_x" });
        config = config with
        {
            SearchSpace = config.SearchSpace with
            {
                Templates = [.. templates.Select(template =>
                    new TemplateConfig(template.Name, Write(template.Name, template.Text), ["country"]))],
            },
        };
        await using var target = TargetFactory.Create(config, _run.Services, (own, testCase, _) => Task.FromResult<JsonNode?>(new JsonObject
        {
            ["parameters"] = own.DeepClone(),
            ["input"] = testCase.Input.DeepClone(),
        }));
        return (JsonObject)(await target.CallAsync(Configs.Map(parameters), Configs.Case(input), 0, default)).Result!;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_run.Directory, $"{name}.txt");
        File.WriteAllText(path, text);
        return path;
    }
}
