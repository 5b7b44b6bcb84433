using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Optimization.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Optimization.Tests.Text;

/// <summary>What Python 3.11 writes for the same values.</summary>
public sealed class PythonTextTests
{
    [TestCase(2.0, "2.0")]
    [TestCase(1e-5, "1e-05")]
    [TestCase(1.5e-7, "1.5e-07")]
    [TestCase(1e16, "1e+16")]
    [TestCase(123456789012345680.0, "1.2345678901234568e+17")]
    [TestCase(1e15, "1000000000000000.0")]
    [TestCase(0.0001, "0.0001")]
    [TestCase(1.0 / 3, "0.3333333333333333")]
    [TestCase(-0.0, "-0.0")]
    [TestCase(5e-324, "5e-324")]
    [TestCase(double.NegativeInfinity, "-inf")]
    public void Floats(double value, string written) => Assert.That(PythonText.Of(value), Is.EqualTo(written));

    [TestCase("""{"a": [1, 2.5, null, true], "it's": "x\n\""}""", """{'a': [1, 2.5, None, True], "it's": 'x\n"'}""")]
    [TestCase("""["\n\n"]""", """['\n\n']""")]
    [TestCase("""["it's \"q\""]""", """['it\'s "q"']""")]
    [TestCase("2e0", "2.0")]
    [TestCase("\"plain\"", "plain")]
    [TestCase("false", "False")]
    public void Values(string json, string written) => Assert.That(PythonText.Of(JsonNode.Parse(json)), Is.EqualTo(written));

    [Test]
    public void A_float_reads_back() => Prop.ForAll(
        ArbMap.Default.ArbFor<NormalFloat>(),
        value => double.Parse(PythonText.Of(value.Get), CultureInfo.InvariantCulture) == value.Get).QuickCheckThrowOnFailure();

    [TestCase(.0625, 3, .062)]
    [TestCase(.1235, 3, .123)]
    [TestCase(.0005, 3, .001)]
    [TestCase(2.675, 2, 2.67)]
    [TestCase(1.0015, 3, 1.002)]
    public void Rounding_goes_by_the_binary_value_and_breaks_ties_to_even(double value, int decimals, double rounded) =>
        Assert.That(PythonRounding.Round(value, decimals), Is.EqualTo(rounded));
}
