using System.Text.Json.Nodes;
using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;
using Convergence.Optimization.Configuration;
using static Convergence.Optimization.Tests.Configuration.SampleConfig;

namespace Convergence.Optimization.Tests.Configuration;

public sealed class ParameterSpaceTests
{
    private static ParameterSpace Space(string parameters) =>
        ParameterSpace.Of(Read(space: $"search_space: {{parameters: {{{parameters}}}}}").SearchSpace);

    private static IEnumerable<string> All(ParameterSpace space) =>
        space.Space.Enumerate().Select(configuration => space.ToParameters(configuration).ToJsonString());

    [TestCase("[null, [\"\\n\\n\"], END, 3]", new[] { "null", "[\"\\n\\n\"]", "\"END\"", "3" })]
    [TestCase("{type: discrete, values: [256, 1024]}", new[] { "256", "1024" })]
    [TestCase("{type: discrete, min: 2, max: 6, step: 2}", new[] { "2", "4", "6" })]
    [TestCase("{type: int, min: 1, max: 3}", new[] { "1", "2", "3" })]
    [TestCase("{type: continuous, min: 0, max: 0.3, step: 0.1}", new[] { "0", "0.1", "0.2", "0.3" })]
    [TestCase("{type: bool}", new[] { "true", "false" })]
    [TestCase("{choices: [[a], [a, b]]}", new[] { "[\"a\"]", "[\"a\",\"b\"]" })]
    [TestCase("[0.0, 0.5]", new[] { "0.0", "0.5" })]
    [TestCase("gpt-4o", new[] { "\"gpt-4o\"" })]
    public void ToParameters_EachKind_WritesValuesAsTheFileHasThem(string definition, string[] values) =>
        Assert.That(All(Space($"x: {definition}")), Is.EqualTo(values.Select(value => $"{{\"x\":{value}}}")));

    [TestCase("[0.0, 0.5, 1]", true)]
    [TestCase("[0.5, 0.0]", false)]
    [TestCase("[a, b]", false)]
    [TestCase("[1, null]", false)]
    public void Of_Choices_AreOrderedWhenTheyAreAscendingNumbers(string values, bool isOrdered) =>
        Assert.That(Space($"x: {values}").Space.Parameters[0].IsOrdered, Is.EqualTo(isOrdered));

    [TestCase("{type: continuous, min: 0.1, max: 1.5}", @"^\d(\.\d{1,3})?$")]
    [TestCase("{type: float, min: 0, max: 0.002}", @"^(0(\.0*\d{1,4})?|\d(\.\d)?E-0\d)$")]
    [TestCase("{type: continuous, min: 0.0001, max: 10, log: true}", @"^\d+(\.\d+)?(E-05)?$")]
    public void ToParameters_NoStep_ValuesAreShort(string definition, string pattern)
    {
        var space = Space($"x: {definition}");
        var random = new SearchRandom(1);
        var values = Enumerable.Range(0, 200).Select(_ => space.ToParameters(space.Space.Sample(random))["x"]!.ToJsonString()).ToArray();
        Assert.That(values, Has.All.Match(pattern).And.All.Length.LessThan(10));
        Assert.That(values.Distinct().Count(), Is.GreaterThan(50));
    }

    [Test]
    public void Of_RangeOfTokens_IsWhole() =>
        Assert.That(Space("max_tokens: {type: continuous, min: 50, max: 500}").Space.Parameters[0], Is.TypeOf<IntegerParameter>());

    [Test]
    public void TryFromParameters_WhatToParametersGave_IsTheSame()
    {
        var space = Space(
            "model: [a, b], stop: [null, [x]], temperature: {type: continuous, min: 0, max: 1}, "
            + "n: {type: int, min: 1, max: 9, when: {model: b}}, lr: {type: float, min: 0.001, max: 1, log: true, step: 0.001}");
        var random = new SearchRandom(1);
        for (var count = 0; count < 200; count++)
        {
            var configuration = space.Space.Sample(random);
            var sent = space.ToParameters(configuration);
            Assert.That(space.TryFromParameters((JsonObject)JsonNode.Parse(sent.ToJsonString())!, out var back, out var problem), problem);
            Assert.That(back, Is.EqualTo(configuration));
            Assert.That(sent.ContainsKey("n"), Is.EqualTo((string)sent["model"]! == "b"));
        }
    }

    [TestCase("""{"model": "c", "n": 1}""", "model: \"c\" is not one of its values")]
    [TestCase("""{"model": "a"}""", "n counts in this configuration, but has no value")]
    [TestCase("""{"model": "a", "n": 2.5}""", "n: 2.5 is not one of its values")]
    [TestCase("""{"model": "a", "n": "2"}""", "n: \"2\" is not one of its values")]
    public void TryFromParameters_Impossible_SaysWhy(string parameters, string expected)
    {
        var space = Space("model: [a, b], n: {type: int, min: 1, max: 3}");
        Assert.That(space.TryFromParameters((JsonObject)JsonNode.Parse(parameters)!, out _, out var problem), Is.False);
        Assert.That(problem, Does.StartWith(expected).And.Not.Contain("Parameter '"));
    }

    [Test]
    public void TryFromParameters_OtherFields_AreIgnored() =>
        Assert.That(Space("n: [1, 2]").TryFromParameters(new JsonObject { ["n"] = 1.0, ["other"] = 3 }, out _, out _));

    [Test]
    public void Of_ReasoningModelAmongOthers_SearchesTemperatureForTheOthersOnly()
    {
        var config = Read(space: "search_space: {parameters: {model: [gpt-4.1, o4-mini], temperature: [0.0, 1.0]}}");
        Assert.That(All(ParameterSpace.Of(config.SearchSpace)), Is.EquivalentTo(new[]
        {
            """{"model":"gpt-4.1","temperature":0.0}""", """{"model":"gpt-4.1","temperature":1.0}""", """{"model":"o4-mini"}""",
        }));
        Assert.That(config.FindingsAbout("search_space.parameters.temperature").Single(), Does.Contain("o4-mini takes no temperature"));
    }

    [Test]
    public void Of_OnlyReasoningModels_LeavesTemperatureOut()
    {
        var config = Read(space: "search_space: {parameters: {model: [o3, o4-mini], temperature: [0.0, 1.0]}}");
        Assert.That(ParameterSpace.Of(config.SearchSpace).Space.Parameters.Single().Name, Is.EqualTo("model"));
        Assert.That(config.FindingsAbout("search_space.parameters.temperature").Single(), Does.Contain("is not searched"));
    }

    [Test]
    public void Of_LocalFunctionWithSuchAName_KeepsItsParameters()
    {
        var config = Read(
            api: "api: {name: local_function}", space: "search_space: {parameters: {model: [o3, o4-mini], temperature: [0.0, 1.0]}}");
        Assert.That(ParameterSpace.Of(config.SearchSpace).Size, Is.EqualTo(4));
    }
}
