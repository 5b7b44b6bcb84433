using System.Text;
using Convergence.Foundation.Json;
using Convergence.Testing;

namespace Convergence.Foundation.Tests.Json;

public sealed class JsonFileTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void CreateDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    private static InvalidDataException Error(string problem, Exception? cause) => new($"f.json: {problem}", cause);

    private string Write(string text)
    {
        var path = _directory.Combine("f.json");
        File.WriteAllText(path, text);
        return path;
    }

    [Test]
    public void ReadObject_AnObject_IsRead() =>
        Assert.That(JsonFile.ReadObject(Write("{\"a\": [1, null]}"), 1000, Error).ToJsonString(), Is.EqualTo("{\"a\":[1,null]}"));

    [TestCase("[1]", "is not a JSON object.")]
    [TestCase("null", "is not a JSON object.")]
    [TestCase("{\"a\": }", "is not valid JSON: ")]
    [TestCase("{\"a\": 1, \"a\": 2}", "is not valid JSON: ")]
    [TestCase("{} {}", "is not valid JSON: ")]
    public void ReadObject_SomethingElse_IsTheCallersError(string text, string problem)
    {
        var path = Write(text);
        Assert.Multiple(() =>
        {
            Assert.That(
                () => JsonFile.ReadObject(path, 1000, Error), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith($"f.json: {problem}"));
            Assert.That(JsonFile.TryReadObject(path, 1000), Is.Null);
        });
    }

    [Test]
    public void ReadObject_DeepNesting_IsTheCallersError()
    {
        var deep = Encoding.UTF8.GetBytes($"{{\"a\": {new string('[', 100)}{new string(']', 100)}}}");
        Assert.That(() => JsonFile.ParseObject(deep, Error), Throws.TypeOf<InvalidDataException>().With.Message.Contains("64"));
    }

    [Test]
    public void ReadObject_LargeOrMissing_IsSaidWithThePath()
    {
        var path = Write("{\"a\": 1}");
        Assert.Multiple(() =>
        {
            Assert.That(() => JsonFile.ReadObject(path, 4, Error), Throws.TypeOf<ConvergenceException>().With.Message.Contains("f.json"));
            Assert.That(JsonFile.TryReadObject(path, 4), Is.Null);
            Assert.That(JsonFile.TryReadObject(_directory.Combine("none.json"), 4), Is.Null);
        });
    }
}
