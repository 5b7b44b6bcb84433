using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Convergence.Cli.Hosting;
using Convergence.Cli.Tests.Support;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Commands;

/// <summary>doctor as text, as JSON and as a page.</summary>
public sealed class DoctorCommandTests
{
    private const string Hostile = "a<b>&\"c'";

    private static readonly string[] Family = ["doctor", "one", "two", "three", "--base", "base"];

    private TemporaryDirectory _directory = null!;

    private string Page => _directory.Combine("doctor.html");

    [SetUp]
    public void MakeModels()
    {
        _directory = new TemporaryDirectory();
        var options = TinyJob.Options;
        TinyModels.Write(_directory.Combine("base"), options, seed: 1);
        foreach (var (name, seed) in new[] { ("one", 2UL), ("two", 3UL), ("three", 4UL), (Hostile, 5UL) })
        {
            TinyModels.WriteSpecialist(_directory.Combine(name), options, baseSeed: 1, seed, deviation: 0.004);
        }

        TinyModels.Write(_directory.Combine("stranger"), options, seed: 9);
    }

    [TearDown]
    public void RemoveModels() => _directory.Dispose();

    [Test]
    public void Text_FitsEightyColumnsAndHasEveryPart()
    {
        var result = Run(Family);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.StartWith("These models can be merged.\n"));
        Assert.That(result.Output.Split('\n').Select(line => line.Length), Is.All.LessThanOrEqualTo(80));
        Assert.That(
            result.Output,
            Does.Contain("ancestry: One ancestor").And.Contain("By layer: step from the base").And.Contain("Sign conflicts"));
        Assert.That(
            result.Output, Does.Contain("What each method will do").And.Contain("task_arithmetic").And.Contain("\nSensible here: linear"));
    }

    [TestCase("one", "config.json")]
    [TestCase("base", "doctor.html")]
    public void PageInAModelsFolder_IsRefused(string model, string file)
    {
        var place = _directory.Combine(model, file);
        var before = File.Exists(place) ? File.ReadAllText(place) : null;
        var result = Run([.. Family, "--html", place]);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.ToString());
        Assert.That(result.Error, Does.Contain($"lies inside the folder of the parent {model}"));
        Assert.That(result.Error, Does.Contain("Choose an output file elsewhere"));
        Assert.That(File.Exists(place) ? File.ReadAllText(place) : null, Is.EqualTo(before));
    }

    [Test]
    public void Json_HoldsTheMeasurementsOfEveryTensor()
    {
        var result = Run([.. Family, "--json"]);
        var json = JsonSerializer.Deserialize<JsonElement>(result.Output);
        Assert.That(json.GetProperty("schema_version").GetInt32(), Is.EqualTo(1));
        Assert.That(json.GetProperty("can_be_merged").GetBoolean());
        Assert.That(json.GetProperty("base").GetString(), Is.EqualTo("base"));
        var tensors = json.GetProperty("tensors");
        Assert.That(tensors.GetArrayLength(), Is.EqualTo(TinyModels.Shapes(TinyJob.Options).Count));
        Assert.That(
            tensors.EnumerateArray().Sum(tensor => tensor.GetProperty("elements").GetInt64()),
            Is.EqualTo(json.GetProperty("total").GetProperty("elements").GetInt64()));
        Assert.That(json.GetProperty("total").GetProperty("task_cosines")[0][0].GetDouble(), Is.EqualTo(1).Within(1e-12));
        Assert.That(
            json.GetProperty("total").GetProperty("sign_conflict_share").GetDouble(),
            Is.EqualTo(0.75).Within(0.05),
            "three models, signs by chance");
        Assert.That(json.GetProperty("trimming")[2].GetProperty("kept_energy").GetProperty("0.5").GetDouble(), Is.InRange(0.5, 1));
        Assert.That(Run([.. Family, "--json"]).Output, Is.EqualTo(result.Output), "equal input, equal bytes");
    }

    [Test]
    public void Page_IsWellFormedSelfContainedAndWithoutScript()
    {
        var result = Run([.. Family, Hostile, "--html", Page]);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        var html = File.ReadAllText(Page);
        var page = Parse(html);
        Assert.That(
            page.Descendants("figure").Attributes("id").Select(id => id.Value),
            Is.EquivalentTo(new[] { "steps", "cosines", "cosines-by-kind", "sign-conflicts", "trimming" }));
        Assert.That(page.Descendants("script").Concat(page.Descendants("link")), Is.Empty);
        Assert.That(html, Does.Not.Contain("http").And.Not.Contain("@import").And.Not.Contain("url("));
        Assert.That(html, Does.Contain("prefers-color-scheme: dark"));
        Assert.That(page.Descendants("td").Select(cell => cell.Value), Has.Some.EqualTo(Hostile));
    }

    [Test]
    public void Page_OfModelsThatCannotBeCompared_IsStillWritten()
    {
        TinyModels.Write(_directory.Combine("deep"), TinyJob.Options with { LayerCount = 5, HiddenSize = 16 }, seed: 1);
        var result = Run("doctor", "one", "deep", "missing", "--html", Page);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.NotMergeable), result.ToString());
        Assert.That(Parse(File.ReadAllText(Page)).Descendants("h1").Single().Value, Does.StartWith("These models cannot be merged"));
    }

    [Test]
    public void Strangers_AreWarnedOf_AsAMergeOfThemIsMade()
    {
        var result = Run("doctor", "one", "stranger");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.StartWith("These models can be merged, 1 warning")
            .And.Contain("WARNING   ancestry: No shared ancestor")
            .And.Contain("No method is sensible here."));
        Assert.That(result.Error, Is.Empty);
    }

    [Test]
    public void WhatBlocks_EndsWithTheDocumentedCode()
    {
        File.WriteAllText(_directory.Combine("one", "tokenizer.json"), "{");
        var result = Run("doctor", "one", "two");
        Assert.That(result.ExitCode, Is.EqualTo(5), result.ToString());
        Assert.That(
            result.Output, Does.StartWith("These models cannot be merged: 1 finding blocks it").And.Contain("BLOCKS    tokenizer: "));
    }

    [Test]
    public void OneModel_IsAHealthCheck()
    {
        var result = Run("doctor", "one");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.StartWith("This model is fit for merging.").And.Contain("The model can be used for merging."));
    }

    [Test]
    public void NoModel_IsAUsageError() => Assert.That(CliRunner.Run("doctor").ExitCode, Is.EqualTo(ExitCode.BadInput));

    [Test]
    public void ABrokenModel_IsAFinding()
    {
        using (var stream = File.OpenWrite(_directory.Combine("two", "model.safetensors")))
        {
            stream.SetLength(100);
        }

        var result = Run(Family);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.NotMergeable));
        Assert.That(
            result.Output,
            Does.Contain("BLOCKS    files: two cannot be opened.").And.Contain("ok        weights: Every element is a finite number."));
    }

    private CliResult Run(params string[] args) => CliRunner.Run([.. args, "--root", _directory.Path]);

    private static XElement Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }
}
