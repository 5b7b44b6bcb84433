using System.Text.RegularExpressions;
using Convergence.Optimization.Storage.Legacy;
using Convergence.Optimization.Storage.Results;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Storage;

/// <summary>docs/formats/storage.md says what the tables are.</summary>
public sealed partial class StorageDocumentTests
{
    private static readonly string Document = File.ReadAllText(RepositoryRoot.Combine("docs", "formats", "storage.md"));

    [TestCase(LegacySchema.Tables)]
    [TestCase(ResultSchema.Tables)]
    public void Document_NamesEveryTableAndColumn(string schema)
    {
        var names = Table().Matches(schema).SelectMany(table => Column().Matches(table.Groups[2].Value)
            .Select(column => column.Groups[1].Value).Prepend(table.Groups[1].Value)).ToList();
        Assert.That(names, Is.Not.Empty);
        Assert.That(names.Where(name => !Document.Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty);
    }

    [GeneratedRegex(@"CREATE TABLE IF NOT EXISTS (\w+) \((.*?)\);", RegexOptions.Singleline)]
    private static partial Regex Table();

    [GeneratedRegex(@"(\w+) (?:TEXT|TIMESTAMP|JSON|REAL|INTEGER|BOOLEAN|BLOB)")]
    private static partial Regex Column();
}
