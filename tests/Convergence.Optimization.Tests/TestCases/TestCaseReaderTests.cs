using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.TestCases;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.TestCases;

public sealed class TestCaseReaderTests
{
    private static (ImmutableArray<TestCase> Cases, List<string> Problems) Read(string json)
    {
        var problems = new List<string>();
        return (TestCaseReader.Read(JsonNode.Parse(json)!, "t.json", (place, problem) => problems.Add($"{place}: {problem}")), problems);
    }

    [TestCase("""[{"id": "a", "input": {"prompt": "p"}}]""")]
    [TestCase("""{"test_cases": [{"id": "a", "input": {"prompt": "p"}}], "metadata": {"version": 1}}""")]
    [TestCase("""{"id": "a", "input": {"prompt": "p"}}""")]
    [TestCase("""{"name": "a", "input": "p"}""")]
    public void Read_EachShape_GivesTheCase(string json)
    {
        var (cases, problems) = Read(json);
        Assert.That(problems, Is.Empty);
        Assert.That(cases.Single().Id, Is.EqualTo("a"));
        Assert.That(cases.Single().Input.ToJsonString(), Is.EqualTo("""{"prompt":"p"}"""));
    }

    [Test]
    public void Read_IdsMissingOrTwice_AreMadeDistinct()
    {
        var (cases, problems) = Read("""[{"input": {}}, {"id": "x", "input": {}}, {"id": "x", "input": {}}, {"id": 7, "input": {}}]""");
        Assert.That(problems, Is.Empty);
        Assert.That(cases.Select(testCase => testCase.Id), Is.EqualTo(new[] { "case_1", "x", "x_3", "7" }));
    }

    [Test]
    public void Read_FieldsAtTheTop_AreTheInput()
    {
        var (cases, _) = Read("""[{"id": "a", "url": "https://e.org", "selector": "h1", "success_criteria": {"min_elements": 3}}]""");
        Assert.Multiple(() =>
        {
            Assert.That(cases[0].Input.ToJsonString(), Is.EqualTo("""{"url":"https://e.org","selector":"h1"}"""));
            Assert.That(cases[0].Expected.ToJsonString(), Is.EqualTo("""{"min_elements":3}"""));
        });
    }

    [Test]
    public void Read_FieldsBesideAnInput_AreMetadata()
    {
        var (cases, _) = Read("""[{"id": "a", "function": "get", "input": {"q": 1}, "metadata": {"weight": 2.5, "category": "c"}}]""");
        Assert.Multiple(() =>
        {
            Assert.That(cases[0].Input.ToJsonString(), Is.EqualTo("""{"q":1}"""));
            Assert.That((string)cases[0].Metadata["function"]!, Is.EqualTo("get"));
            Assert.That(cases[0].Weight, Is.EqualTo(2.5));
        });
    }

    [Test]
    public void Read_ExpectedIsNoMap_IsTheAnswer() =>
        Assert.That(Read("""[{"input": "2+2?", "expected": 4}]""").Cases[0].Expected.ToJsonString(), Is.EqualTo("""{"answer":4}"""));

    [TestCase("[]", "t.json: has 0 test cases")]
    [TestCase("[3]", "t.json[0]: 3 is no test case")]
    [TestCase("""[{"input": 3}]""", "t.json[0].input: 3 is not a map")]
    [TestCase("""[{"input": {}, "metadata": {"weight": 0}}]""", "t.json[0].metadata.weight: 0 is not a number above 0")]
    [TestCase("""[{"input": {}, "metadata": {"weight": "2"}}]""", "t.json[0].metadata.weight: \"2\" is not a number above 0")]
    public void Read_BadCase_NamesPlaceAndValue(string json, string problem) =>
        Assert.That(Read(json).Problems, Has.Exactly(1).StartsWith(problem));

    [Test]
    public void Load_YamlAndJson_AreTheSame()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Combine("a.yaml"), "- {id: a, input: {prompt: p, n: 2, yes: true}}");
        File.WriteAllText(directory.Combine("a.json"), """[{"id": "a", "input": {"prompt": "p", "n": 2, "yes": true}}]""");
        var (yaml, json) = (TestCaseReader.Load(directory.Combine("a.yaml")), TestCaseReader.Load(directory.Combine("a.json")));
        Assert.That(JsonNode.DeepEquals(yaml, json));
    }

    [Test]
    public void Load_BrokenJson_NamesTheFile()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Combine("a.json"), "[{");
        Assert.That(
            () => TestCaseReader.Load(directory.Combine("a.json")),
            Throws.TypeOf<ConvergenceException>().With.Message.Contains("a.json: is not valid JSON"));
    }
}
