using Convergence.Optimization.Configuration;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Configuration;

public sealed class EnvironmentSecretsTests
{
    private const string Name = "CONVERGENCE_TEST_SECRET";

    private readonly TemporaryDirectory _root = new();

    [SetUp]
    public void MakeDirectories()
    {
        foreach (var folder in new[] { "work", "project/job", "home", "project/.git" })
        {
            Directory.CreateDirectory(_root.Combine(folder));
        }
    }

    [OneTimeTearDown]
    public void RemoveDirectories() => _root.Dispose();

    [TearDown]
    public void RemoveFiles()
    {
        Environment.SetEnvironmentVariable(Name, null);
        foreach (var file in Directory.GetFiles(_root.Path, ".env", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }
    }

    private void Write(string folder, string text) => File.WriteAllText(_root.Combine(folder, ".env"), text);

    private EnvironmentSecrets Secrets() =>
        EnvironmentSecrets.For(_root.Combine("project/job"), _root.Combine("work"), _root.Combine("home"));

    [Test]
    public void Find_FilesOfAllPlaces_TheNearestCounts()
    {
        string[] places = ["project", "home", "project/job", "work"];
        foreach (var place in places)
        {
            Write(place, $"{Name}={place}");
            Assert.That(Secrets().Find(Name), Is.EqualTo(place));
        }

        Assert.That(Secrets().Files.Length, Is.EqualTo(4));
    }

    [Test]
    public void Find_EnvironmentIsSet_GoesBeforeFiles()
    {
        Write("work", $"{Name}=file");
        Environment.SetEnvironmentVariable(Name, "environment");
        Assert.That(Secrets().Find(Name), Is.EqualTo("environment"));
    }

    [Test]
    public void Find_NotSetOrEmpty_IsNull()
    {
        Write("work", $"{Name}=");
        Assert.That(Secrets().Find(Name), Is.Null);
    }

    [TestCase("NAME=value", "value")]
    [TestCase("export NAME = value ", "value")]
    [TestCase("NAME=\"a b # c\" # comment", "a b # c")]
    [TestCase("NAME='x'", "x")]
    [TestCase("NAME=value # comment", "value")]
    [TestCase("NAME=a=b", "a=b")]
    [TestCase("NAME=first\r\nNAME=second\r\n", "second")]
    [TestCase("# NAME=value", null)]
    [TestCase("no entry", null)]
    public void Parse_Line_GivesItsValue(string text, string? value) =>
        Assert.That(DotEnv.Parse(text).GetValueOrDefault("NAME"), Is.EqualTo(value));
}
