using System.Text;
using System.Text.Json;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Tests.Text;

public sealed class StrictJsonTests
{
    [TestCase("""{"a": [{"b": 1, "b": 2}]}""", "\"b\" twice")]
    [TestCase("""{"a": 1, "\u0061": 2}""", "\"a\" twice")]
    [TestCase("""["\ud83d"]""", "no Unicode")]
    [TestCase("""{"\ud83d": 1}""", "no Unicode")]
    public void Parse_UnsoundJson_SaysWhatIsWrong(string json, string told)
    {
        var node = StrictJson.Parse(Encoding.UTF8.GetBytes(json), out var problem);

        Assert.That(node, Is.Null);
        Assert.That(problem, Does.Contain(told));
    }

    [Test]
    public void Parse_TextThatIsNoUtf8_SaysSo()
    {
        StrictJson.Parse([(byte)'"', 0xff, (byte)'"'], out var problem);

        Assert.That(problem, Does.Contain("no Unicode"));
    }

    [Test]
    public void Parse_SoundJson_IsItsNode()
    {
        var node = StrictJson.Parse("""{"a": {"b": "\ud83d\ude00"}, "b": [1e400, null]}"""u8, out var problem);

        Assert.That(problem, Is.Null);
        Assert.That((string?)node!["a"]!["b"], Is.EqualTo("\U0001F600"));
    }

    [Test]
    public void Parse_NoJson_IsAnExceptionOfJson() =>
        Assert.That(() => StrictJson.Parse("{\"a\""u8, out _), Throws.InstanceOf<JsonException>());
}
