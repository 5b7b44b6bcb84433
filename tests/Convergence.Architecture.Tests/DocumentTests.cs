using System.Text.RegularExpressions;
using Convergence.Testing;

namespace Convergence.Architecture.Tests;

/// <summary>What a reader of the documents must be able to rely on.</summary>
public sealed partial class DocumentTests
{
    private static IEnumerable<string> Documents() =>
        Directory.GetFiles(RepositoryRoot.Path, "*.md")
            .Concat(Directory.GetFiles(RepositoryRoot.Combine("docs"), "*.md", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(RepositoryRoot.Path, file))
            .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Documents))]
    public void Links_LeadSomewhere(string document)
    {
        var broken = Link().Matches(ReadText(document)).Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal))
            .Where(target => !Exists(document, target));
        Assert.That(broken, Is.Empty);
    }

    [TestCaseSource(nameof(Documents))]
    public void Lines_HoldNoTracesOfAConflict(string document) =>
        Assert.That(File.ReadLines(RepositoryRoot.Combine(document)).Where(line => Conflict().IsMatch(line)), Is.Empty);

    [Test]
    public void EveryDocument_IsLinkedFromAnother()
    {
        var linked = Documents()
            .SelectMany(document => Link().Matches(ReadText(document)).Select(match => match.Groups[1].Value.Split('#')[0])
                .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal))
                .Select(target => Path.GetFullPath(Path.Combine(Folder(document), target))))
            .ToHashSet(StringComparer.Ordinal);
        bool IsLinked(string document) => linked.Contains(RepositoryRoot.Combine(document)) || linked.Contains(Folder(document));
        Assert.That(Documents().Where(document => document != "README.md" && !IsLinked(document)), Is.Empty, "Nobody would find it.");
    }

    private static bool Exists(string document, string target)
    {
        var parts = target.Split('#');
        var file = parts[0].Length == 0 ? RepositoryRoot.Combine(document) : Path.GetFullPath(Path.Combine(Folder(document), parts[0]));
        return (File.Exists(file) || Directory.Exists(file)) && (parts.Length == 1 || Anchors(file).Contains(parts[1]));
    }

    // As GitHub makes them: lower case, punctuation left out, blanks as hyphens.
    private static IEnumerable<string> Anchors(string file) =>
        File.ReadLines(file).Where(line => line.StartsWith('#'))
            .Select(line => NotInAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static string Folder(string document) => Path.GetDirectoryName(RepositoryRoot.Combine(document))!;

    private static string ReadText(string document) => CodeBlock().Replace(File.ReadAllText(RepositoryRoot.Combine(document)), "");

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^(<{7}|>{7})( |$)|^={7}$")]
    private static partial Regex Conflict();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
