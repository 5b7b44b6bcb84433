using Convergence.Foundation.Files;
using Convergence.Foundation.Yaml;

namespace Convergence.Merging;

/// <summary>
/// Reads merge recipes: mergekit's YAML and the keys <c>seed</c> and <c>dialect</c>; docs/formats/recipes.md specifies the format.
/// Unknown keys and parameters are refused with a suggestion; what cannot be honoured is refused by name, never ignored.
/// </summary>
public static class RecipeReader
{
    /// <summary>Reads a recipe file of one or several documents (UTF-8, at most 1 MiB).</summary>
    /// <param name="path">The file.</param>
    /// <param name="dialect">
    /// Overrides the dialect that the file names; <see langword="null"/>: the file's, or mergekit's when it names none.
    /// </param>
    /// <exception cref="RecipeException">It cannot be read, or is no valid recipe; the message names file, line, key and cure.</exception>
    public static RecipeSequence ReadSequence(string path, RecipeDialect? dialect = null) => ParseSequence(ReadText(path), path, dialect);

    /// <summary>Reads a recipe file of one document.</summary>
    /// <exception cref="RecipeException">As for <see cref="ReadSequence"/>, or it holds several documents.</exception>
    public static MergeRecipe ReadFile(string path, RecipeDialect? dialect = null) => Parse(ReadText(path), path, dialect);

    /// <summary>Reads a recipe of one or several documents from text.</summary>
    /// <param name="yaml">The YAML.</param>
    /// <param name="sourceName">What messages call it.</param>
    /// <param name="dialect">As for <see cref="ReadSequence"/>.</param>
    /// <exception cref="RecipeException">It is no valid recipe.</exception>
    public static RecipeSequence ParseSequence(string yaml, string sourceName, RecipeDialect? dialect = null) =>
        RecipeOrder.Sort([.. Documents(yaml, sourceName).Select(root => new RecipeParser(sourceName, dialect).Parse(root))], sourceName);

    /// <summary>Reads a recipe of one document from text.</summary>
    /// <exception cref="RecipeException">It is no valid recipe, or holds several documents.</exception>
    public static MergeRecipe Parse(string yaml, string sourceName, RecipeDialect? dialect = null)
    {
        var roots = Documents(yaml, sourceName);
        return roots.Count == 1
            ? new RecipeParser(sourceName, dialect).Parse(roots[0]).Recipe
            : throw new RecipeException($"{sourceName}: holds several documents where one is expected. Split the file.");
    }

    /// <summary>The keys of a YAML file's first document, to tell recipes from other files; none when it is not a map.</summary>
    /// <exception cref="RecipeException">The file cannot be read, or is no YAML within the limits.</exception>
    public static IReadOnlyList<string> ReadKeys(string path) =>
        Documents(ReadText(path), path)[0] is YamlMap map ? [.. map.Entries.Select(entry => entry.Key.Text)] : [];

    private static IReadOnlyList<YamlValue> Documents(string yaml, string sourceName)
    {
        try
        {
            return YamlTree.Parse(yaml, sourceName) is { Count: > 0 } documents
                ? documents
                : throw new RecipeException($"{sourceName}: is empty. A recipe names at least merge_method and models or slices.");
        }
        catch (YamlFormatException exception)
        {
            throw new RecipeException(exception.Message, exception);
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return CappedFile.ReadText(path, YamlTree.MaxByteCount);
        }
        catch (ConvergenceException exception)
        {
            throw new RecipeException(exception.Message, exception);
        }
    }
}
