using System.Text.Json.Nodes;
using Convergence.Optimization.Results;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Results;

public sealed class ResultFileTests
{
    [Test]
    public void Read_WhereNoRunEnded_SaysWhatToDo()
    {
        using var directory = new TemporaryDirectory();
        Assert.That(
            () => ResultFile.Read(directory.Path),
            Throws.InstanceOf<ConvergenceException>().With.Message.Contains("go on with it"));
        Assert.That(
            () => ResultFile.Read(directory.Combine("absent")),
            Throws.InstanceOf<ConvergenceException>().With.Message.Contains("not there"));
    }

    [TestCase("{", "is damaged")]
    [TestCase("[]", "is damaged")]
    [TestCase("{\"format\": \"x\"}", "is damaged")]
    public void Read_OfSomethingElse_NamesTheFile(string content, string said)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Combine(ResultFile.Name), content);
        Assert.That(
            () => ResultFile.Read(directory.Path),
            Throws.InstanceOf<ConvergenceException>().With.Message.Contains(said).And.Message.Contains(ResultFile.Name));
    }

    [TestCase("version", "2", "version 2")]
    [TestCase("best", "99", "is damaged")]
    [TestCase("front", "[-1]", "is damaged")]
    [TestCase("spent", "null", "is damaged")]
    [TestCase("verdict", "{\"advice\": \"perhaps\"}", "is damaged")]
    public void Read_WithAValueThatCannotBe_IsRefused(string key, string value, string said)
    {
        using var directory = new TemporaryDirectory();
        ResultFile.Write(directory.Path, SampleResult.Large, SampleResult.Settings);
        var document = JsonNode.Parse(File.ReadAllText(directory.Combine(ResultFile.Name)))!;
        document[key] = JsonNode.Parse(value);
        File.WriteAllText(directory.Combine(ResultFile.Name), document.ToJsonString());
        Assert.That(() => ResultFile.Read(directory.Path), Throws.InstanceOf<ConvergenceException>().With.Message.Contains(said));
    }

    [Test]
    public void Read_OfAnAnswerThatIsNestedDeeply_GivesItBack()
    {
        JsonNode deep = "ground";
        for (var level = 0; level < 60; level++)
        {
            deep = new JsonArray(deep);
        }

        var outcome = SampleResult.Small.Configurations[0];
        outcome = outcome with { Cases = [outcome.Cases[0] with { Response = deep }] };
        using var directory = new TemporaryDirectory();
        ResultFile.Write(directory.Path, SampleResult.Result([outcome]), SampleResult.Settings);
        var (read, _) = ResultFile.Read(directory.Path);
        Assert.That(JsonNode.DeepEquals(read.Configurations[0].Cases[0].Response, deep));
    }
}
