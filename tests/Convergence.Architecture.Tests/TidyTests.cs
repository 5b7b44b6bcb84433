using System.Text.RegularExpressions;
using Convergence.Testing;

namespace Convergence.Architecture.Tests;

/// <summary>Rules of the house that a compiler does not know.</summary>
public sealed partial class TidyTests
{
    private const int MaxLineCount = 400;
    private const int MaxLineLength = 140;

    private static IEnumerable<string> Files() =>
        SourceTree.CSharpFiles("src").Concat(SourceTree.CSharpFiles("tests")).Concat(SourceTree.CSharpFiles("bench"));

    [Test]
    public void Files_HaveAtMostFourHundredLines()
    {
        var tooLong = Files().Where(file => File.ReadLines(file).Count() > MaxLineCount).Select(Name);
        Assert.That(tooLong, Is.Empty, "A file this long holds more than one idea: split it.");
    }

    [Test]
    public void Lines_HaveAtMost140Characters()
    {
        var tooLong = Files()
            .SelectMany(Lines)
            .Where(line => line.Text.Length > MaxLineLength && !line.Text.Contains("://", StringComparison.Ordinal))
            .Select(line => $"{line.Place} ({line.Text.Length})");
        Assert.That(tooLong, Is.Empty, "A line this long is not read to its end: wrap it where its sense has a joint.");
    }

    [Test]
    public void Files_HoldNoLeftovers()
    {
        var leftovers = Files()
            .Where(file => !file.EndsWith("TidyTests.cs", StringComparison.Ordinal))
            .SelectMany(Lines)
            .Where(line => Leftover().IsMatch(line.Text))
            .Select(line => $"{line.Place}: {line.Text.Trim()}");
        Assert.That(leftovers, Is.Empty);
    }

    [Test]
    public void SourceFiles_AreNamedAfterTheTypeTheyDeclare()
    {
        var misnamed = SourceTree.CSharpFiles("src")
            .Where(file => !file.EndsWith("Program.cs", StringComparison.Ordinal))
            .Where(file =>
            {
                var typeName = Path.GetFileNameWithoutExtension(file).Split('.')[0];
                return !Regex.IsMatch(
                    File.ReadAllText(file), $@"\b(class|struct|record|interface|enum|delegate [\w<>?]+)\s+{Regex.Escape(typeName)}\b");
            })
            .Select(Name);
        Assert.That(misnamed, Is.Empty);
    }

    private static IEnumerable<(string Text, string Place)> Lines(string file) =>
        File.ReadLines(file).Select((line, index) => (line, $"{Name(file)}:{index + 1}"));

    private static string Name(string file) => Path.GetRelativePath(RepositoryRoot.Path, file);

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX|NotImplementedException)\b|catch *(\([A-Za-z]*Exception\))? *\{ *\}")]
    private static partial Regex Leftover();
}
