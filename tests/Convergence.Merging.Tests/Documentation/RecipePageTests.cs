using Convergence.Testing;

namespace Convergence.Merging.Tests.Documentation;

/// <summary>docs/formats/recipes.md against the keys that the reader knows.</summary>
public sealed class RecipePageTests
{
    private static readonly string Page = File.ReadAllText(RepositoryRoot.Combine("docs", "formats", "recipes.md"));

    private static IEnumerable<string> Keys() => RecipeParser.AllKeys;

    [TestCaseSource(nameof(Keys))]
    public void Page_NamesEveryKey(string key) =>
        Assert.That(
            Page.Contains($"`{key}`", StringComparison.Ordinal) || Page.Contains($"`{key}: ", StringComparison.Ordinal),
            $"docs/formats/recipes.md does not name {key}.");
}
