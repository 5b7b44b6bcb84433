using Convergence.Optimization.Configuration;
using static Convergence.Optimization.Tests.Configuration.SampleConfig;

namespace Convergence.Optimization.Tests.Configuration;

public sealed class ParameterKeysTests
{
    [TestCase("{type: categorical, values: [a, b]}", ParameterKind.Categorical)]
    [TestCase("{type: categorical, choices: [a, b]}", ParameterKind.Categorical)]
    [TestCase("{values: [1, 2]}", ParameterKind.Categorical)]
    [TestCase("[1, 2]", ParameterKind.Categorical)]
    [TestCase("{type: Boolean}", ParameterKind.Categorical)]
    [TestCase("{type: continuous, min: 0, max: 1}", ParameterKind.Continuous)]
    [TestCase("{type: float, min: 0, max: 1}", ParameterKind.Continuous)]
    [TestCase("{min: 0, max: 1}", ParameterKind.Continuous)]
    [TestCase("{type: discrete, values: [1, 2]}", ParameterKind.Discrete)]
    [TestCase("{type: discrete, min: 1, max: 9, step: 2}", ParameterKind.Discrete)]
    [TestCase("{type: int, min: 1, max: 9}", ParameterKind.Discrete)]
    public void Read_EachSpelling_IsItsKind(string definition, ParameterKind kind) =>
        Assert.That(Parameter(definition).Kind, Is.EqualTo(kind));

    [TestCase("{type: continous, min: 0, max: 1}", "x.type: 'continous' is not one of", "Did you mean \"continuous\"?")]
    [TestCase("{type: continuous, min: 0}", "x.max: missing", "")]
    [TestCase("{type: continuous, min: 2, max: 1}", "x.min: 2 is more than max, 1", "")]
    [TestCase("{type: continuous, min: zero, max: 1}", "x.min: 'zero' is not a finite number", "")]
    [TestCase("{type: continuous, min: 0, max: 1, step: 0}", "x.step: '0' is not a number in (0", "")]
    [TestCase("{type: continuous, values: [1, 2]}", "x.values: a continuous parameter has min and max", "")]
    [TestCase("{type: float, min: 0, max: 1, log: true}", "x.log: a logarithmic scale needs a min above 0", "")]
    [TestCase("{type: categorical}", "x.values: missing", "")]
    [TestCase("{type: categorical, values: a}", "x.values: 'a' is not a list", "")]
    [TestCase("[]", "x: has 0 values", "")]
    [TestCase("[1, 1.0]", "x: 1 is there twice", "")]
    [TestCase("{type: discrete, values: [1, b]}", "x.values: \"b\" is not a number", "type: categorical")]
    [TestCase("null", "x: has no values", "")]
    [TestCase("{values: [1, 2], when: {y: 1}}", ": x: it hangs on y, which is no parameter", "")]
    [TestCase("{values: [1, 2], when: {x: 1}}", ": x: its conditions lead back to itself", "")]
    [TestCase("{values: [1, 2], when: {y: 1, z: 2}}", "x.when: is not one parameter", "")]
    public void Read_BadDefinition_NamesKeyValueAndCure(string definition, string problem, string cure) =>
        Assert.That(ErrorsOf(() => SampleConfig.Read(space: $"search_space: {{parameters: {{x: {definition}}}}}")), Has.Exactly(1)
            .StartsWith($"search_space.parameters{(problem[0] == ':' ? "" : ".")}{problem}").And.Exactly(1).Contains(cure));

    [Test]
    public void Read_NoParameters_IsAnError() =>
        Assert.That(ErrorsOf(() => SampleConfig.Read(space: "search_space: {}")), Has.Some.StartsWith("search_space.parameters: missing"));

    [Test]
    public void Read_RangeBesideValues_IsFound() =>
        Assert.That(
            SampleConfig.Read(space: "search_space: {parameters: {x: {values: [1, 2], min: 0}}}")
                .FindingsAbout("search_space.parameters.x.min").Single(),
            Does.StartWith("does nothing"));

    [Test]
    public void Read_ModelThatTheRegistryLacks_IsAnError() =>
        Assert.That(
            ErrorsOf(() => SampleConfig.Read(
                api: "api: {name: a, models: {m1: {endpoint: \"http://localhost/1\"}}}",
                space: "search_space: {parameters: {model: [m1, m2]}}")),
            Is.EqualTo(new[] { "search_space.parameters.model: \"m2\" is not in api.models, which has m1." }));
}
