using Convergence.Evolution.Spaces;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Evolution.Tests.Spaces;

internal sealed class ParameterTests
{
    private static readonly TestCaseData<Parameter>[] All =
    [
        new(new FloatParameter("p", -2, 5)) { TestName = "{m}(float)" },
        new(new FloatParameter("p", 0.001, 100, log: true)) { TestName = "{m}(log float)" },
        new(new FloatParameter("p", 0, 1, step: 0.1)) { TestName = "{m}(stepped float)" },
        new(new FloatParameter("p", 1, 1000, step: 0.5, log: true)) { TestName = "{m}(stepped log float)" },
        new(new IntegerParameter("p", -3, 11)) { TestName = "{m}(integer)" },
        new(new IntegerParameter("p", 64, 8192, log: true)) { TestName = "{m}(log integer)" },
        new(new IntegerParameter("p", 10, 100, step: 7)) { TestName = "{m}(stepped integer)" },
        new(new CategoricalParameter("p", ["a", "b", "c"])) { TestName = "{m}(categorical)" },
        new(new BooleanParameter("p")) { TestName = "{m}(boolean)" },
    ];

    [TestCaseSource(nameof(All))]
    public void ToUnit_OfAnyPlace_ComesBackToTheSameValue(Parameter parameter) =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).Select(millionth => millionth / 1e6).ToArbitrary(), unit =>
        {
            var code = parameter.FromUnit(unit);
            var back = parameter.FromUnit(parameter.ToUnit(code));
            return Math.Abs(back - code) <= 1e-9 * Math.Max(1, Math.Abs(code)) && parameter.CodeOf(parameter.ValueOf(code)) == code;
        }).QuickCheckThrowOnFailure();

    [TestCaseSource(nameof(All))]
    public void FromUnit_TheWholeInterval_ReachesBothEndsAndGivesEveryValueItsShare(Parameter parameter)
    {
        const int Count = 100_000;
        var codes = Enumerable.Range(0, Count).Select(index => parameter.FromUnit((index + 0.5) / Count)).ToArray();
        Assert.That(codes, Is.Ordered);
        if (parameter.Cardinality is { } cardinality)
        {
            var shares = codes.GroupBy(code => code).Select(group => group.Count()).ToArray();
            Assert.That(shares, Has.Length.EqualTo(cardinality));
            if (parameter is not NumericParameter { Log: true })
            {
                Assert.That(shares.Max() - shares.Min(), Is.LessThanOrEqualTo(2));
            }
        }

        Assert.That(parameter.FromUnit(-3), Is.EqualTo(parameter.FromUnit(0)));
        Assert.That(parameter.FromUnit(7), Is.EqualTo(parameter.FromUnit(1)));
    }

    [Test]
    public void FromUnit_OfALogScale_HasTheGeometricMeanInTheMiddle() =>
        Assert.That(new FloatParameter("p", 0.01, 100, log: true).FromUnit(0.5), Is.EqualTo(1).Within(1e-12));

    [Test]
    public void FromUnit_OfADecimalStep_GivesTheDecimals()
    {
        var parameter = new FloatParameter("p", 0, 1, step: 0.1);
        Assert.That(parameter.Cardinality, Is.EqualTo(11));
        Assert.That(
            Enumerable.Range(0, 11).Select(index => parameter.FromUnit((index + 0.5) / 11)),
            Is.EqualTo(new[] { 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1 }));
    }

    [Test]
    public void CodeOf_BetweenTwoSteps_IsTheNearer()
    {
        Assert.That(new FloatParameter("p", 0, 1, step: 0.1).CodeOf(0.2999), Is.EqualTo(0.3));
        Assert.That(new IntegerParameter("p", 10, 100, step: 10).CodeOf(44L), Is.EqualTo(40));
    }

    [Test]
    public void CodeOf_AForeignValue_IsRefusedWithWhatIsAllowed()
    {
        Assert.That(
            () => new FloatParameter("temperature", 0, 2).CodeOf(2.5),
            Throws.ArgumentException.With.Message.Contains("temperature: 2.5").And.Message.Contains("[0, 2]"));
        Assert.That(() => new IntegerParameter("tokens", 1, 9).CodeOf(2.5), Throws.ArgumentException.With.Message.Contains("whole number"));
        Assert.That(
            () => new CategoricalParameter("model", ["a", "b"]).CodeOf("c"), Throws.ArgumentException.With.Message.Contains("one of a, b"));
        Assert.That(() => new BooleanParameter("stream").CodeOf("yes"), Throws.ArgumentException.With.Message.Contains("true or false"));
    }
}
