using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;

namespace Convergence.Evolution.Tests.Spaces;

internal sealed class SearchSpaceTests
{
    /// <summary>A reasoning model has an effort and no temperature; only long answers have a stop.</summary>
    private static readonly SearchSpace Conditional = new(
    [
        new FloatParameter("temperature", 0, 1, step: 0.5) { Condition = new("model", ["chat"]) },
        new CategoricalParameter("model", ["chat", "reasoning"]),
        new CategoricalParameter("effort", ["low", "high"], ordered: true) { Condition = new("model", ["reasoning"]) },
        new BooleanParameter("check") { Condition = new("effort", ["high"]) },
    ]);

    [Test]
    public void Create_ParametersThatDoNotCount_AreDroppedAndEqual()
    {
        var first = Conditional.Create(
            new Dictionary<string, object> { ["model"] = "reasoning", ["effort"] = "low", ["temperature"] = 0.5, ["check"] = true });
        var second = Conditional.Create(new Dictionary<string, object> { ["model"] = "reasoning", ["effort"] = "low" });
        Assert.That(first, Is.EqualTo(second));
        Assert.That(first.GetHashCode(), Is.EqualTo(second.GetHashCode()));
        Assert.That(first["temperature"], Is.Null);
        Assert.That(first.ToString(), Is.EqualTo("model=reasoning, effort=low"));
        Assert.That(first.Values.Select(value => value.Value), Is.EqualTo(new object[] { "reasoning", "low" }));
    }

    [Test]
    public void Create_RoundedToTheStep_IsEqual() =>
        Assert.That(
            Conditional.Create(new Dictionary<string, object> { ["model"] = "chat", ["temperature"] = 0.45 }),
            Is.EqualTo(Conditional.Create(new Dictionary<string, object> { ["model"] = "chat", ["temperature"] = 0.5 })));

    [Test]
    public void Create_MissingUnknownOrImpossibleValues_AreRefusedByName()
    {
        Assert.That(
            () => Conditional.Create(new Dictionary<string, object> { ["model"] = "chat" }),
            Throws.ArgumentException.With.Message.Contains("temperature counts"));
        Assert.That(
            () => Conditional.Create(new Dictionary<string, object> { ["modle"] = "chat" }),
            Throws.ArgumentException.With.Message.Contains("no parameter modle"));
        Assert.That(
            () => Conditional.Create(new Dictionary<string, object> { ["model"] = "gpt" }),
            Throws.ArgumentException.With.Message.Contains("gpt is not one"));
    }

    [Test]
    public void Enumerate_AConditionalSpace_GivesEveryConfigurationOnce()
    {
        var all = Conditional.Enumerate().ToArray();

        // Three temperatures; effort low; effort high with and without the check.
        Assert.That(all, Has.Length.EqualTo(6));
        Assert.That(all, Is.Unique);
        var random = new SearchRandom(3);
        Assert.That(Enumerable.Range(0, 300).Select(_ => Conditional.Sample(random)).Distinct(), Is.EquivalentTo(all));
    }

    [Test]
    public void Enumerate_AContinuum_IsRefused() =>
        Assert.That(() => new SearchSpace([new FloatParameter("p", 0, 1)]).Enumerate(), Throws.InvalidOperationException);

    [Test]
    public void ToUnit_OfASample_ComesBackToTheSameConfiguration()
    {
        var random = new SearchRandom(4);
        for (var draw = 0; draw < 200; draw++)
        {
            var configuration = Conditional.Sample(random);
            double[] point = [.. Conditional.ToUnit(configuration).Select(place => double.IsNaN(place) ? 0.1 : place)];
            Assert.That(Conditional.FromUnit(point), Is.EqualTo(configuration));
        }
    }

    [Test]
    public void Construct_BadSpaces_NamesEveryProblem() => Assert.That(
        () => new SearchSpace(
        [
            new FloatParameter("low", 2, 1), new FloatParameter("log", 0, 1, log: true), new FloatParameter("step", 0, 1, step: -1),
            new IntegerParameter("wide", 0, long.MaxValue),
            new CategoricalParameter("none", []),
            new CategoricalParameter("twice", ["x", "x"]),
        ]),
        Throws.ArgumentException.With.Message.Contains("low: the range [2, 1] is empty")
            .And.Message.Contains("log: a logarithmic scale needs a minimum above 0")
            .And.Message.Contains("step: the step -1 must be")
            .And.Message.Contains("wide: whole numbers lie in")
            .And.Message.Contains("none: it has no choices")
            .And.Message.Contains("twice: the choice x is there twice"));

    [Test]
    public void Construct_BadConditions_NamesThem()
    {
        var model = new CategoricalParameter("model", ["a", "b"]);
        Assert.That(
            () => With(new("mode", ["a"])), Throws.ArgumentException.With.Message.Contains("p: it hangs on mode, which is no parameter"));
        Assert.That(
            () => With(new("model", ["c"])),
            Throws.ArgumentException.With.Message.Contains("p: its condition cannot hold: model: c is not"));
        Assert.That(() => With(new("model", [])), Throws.ArgumentException.With.Message.Contains("names no value"));
        Assert.That(
            () => new SearchSpace(
                [new BooleanParameter("a") { Condition = new("b", [true]) }, new BooleanParameter("b") { Condition = new("a", [true]) }]),
            Throws.ArgumentException.With.Message.Contains("lead back to itself"));
        Assert.That(() => new SearchSpace([model, model]), Throws.ArgumentException.With.Message.Contains("2 parameters of this name"));
        Assert.That(() => new SearchSpace([]), Throws.ArgumentException.With.Message.Contains("no parameters"));

        SearchSpace With(Condition condition) => new([model, new BooleanParameter("p") { Condition = condition }]);
    }
}
